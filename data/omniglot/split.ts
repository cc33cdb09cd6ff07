/**
 * Split of the two small background sets of Omniglot by alphabet, so that no test character is ever trained
 * on. In training, each character counts four times, turned by 90 degrees; validation and test characters are
 * not turned.
 */
export const omniglotSplit = {
  train: ['Balinese', 'Greek', 'Latin', 'Japanese_(katakana)', 'Sanskrit'],
  validation: ['Early_Aramaic'],
  test: ['Korean', 'Tagalog'],
} as const;
