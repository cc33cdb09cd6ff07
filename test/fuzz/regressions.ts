/** Inputs that once failed, in base64, and how. They are tried first in every run, and by `npm test`. */
export const regressions: readonly { target: string; was: string; input: string }[] = [
  {
    target: 'npy',
    was: 'a file that ends within the length of its header ended in a RangeError',
    input: 'k05VTVBZJzx1Mg==',
  },
  {
    target: 'png',
    was: 'what the data lack was taken from memory that was not initialised',
    input:
      'iVBORw0KGgoAAAANSUhEUgAAAAkAEAAJCAAAAAC5QWjnAAAAVklEQVR4AQXBoRGAMBBFwZmLT5oAj3gq3TATLH0khjJQFJCUgrgvoAE6YDfM57ct0/5chiMEHtY3j5h6Pgw5QmCOEFTCXUZMPY9iOELgRkNOpRk4QvAD08ImKml8kswAAAAASUVORK5CYII=',
  },
  {
    target: 'session',
    was: 'a maximum payload that hello does not fit in was taken, and the replay answered nothing',
    input:
      'eyJwY21sb2ciOjEsImJvYXJkIjoidDoxIiwibWF4UGF5bG9hZCI6NCwid2luZG93Ijo0fQp7ImNvbW1hbmQiOiJpbmZvcm1hdGlvbiIsInJlcXVlc3QiOiIiLCJyZXNwb25zZSI6IkFBQSJ9',
  },
  {
    target: 'checkpoint',
    was: 'a description that is no JSON ended in a SyntaxError',
    input: 'KwAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJwY20taGlsLWNoZWNrcG9pbnQiOiJ7In19',
  },
  {
    target: 'registry',
    was: 'a note whose list is no list ended in a TypeError',
    input: 'eyJib2FyZHMiOjV9',
  },
  {
    target: 'options',
    was: 'a time of 400 digits was taken, as infinite',
    input:
      'OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ==',
  },
];
