import { lexicon } from "./lexicon.ts";
import { readGrammar } from "./notation.ts";
import { openings } from "./openings.ts";

/**
 * A review is an opening (the prompt), then two or three sentences, the last often a verdict. The sign of a clause is the sign of its
 * sentiment; the sign of a sentence or a body is that of the part that counts. The signs only steer what is generated together
 * (opposites around "but"); the reward is the meaning.
 */
const sentences = `
Review
  4   Opening Body+ | Opening Body-
  1   Slant+ Body- | Slant- Body+                          : mean 1 4
  0.2 Slant+ Body+ | Slant- Body-                          : mean 1 4

Body±
  4   Sentence± Sentence±                                  : mean 1 1
  2   Sentence∓ Sentence±                                  : mean 1 1
  4   Sentence± Verdict±                                   : mean 1 2
  2   Sentence∓ Verdict±                                   : mean 1 2
  0.8 Sentence± Sentence± Verdict±                         : mean 1 1 2
  0.4 Sentence∓ Sentence± Verdict±                         : mean 1 1 2
  0.4 Sentence± Sentence∓ Verdict±                         : mean 1 1 2
  0.1 Sentence∓ Sentence∓ Verdict±                         : mean 1 1 2

Sentence±
  10  Clause± .
  2   Clause± and Clause± .                                : mean 1 1
  0.2 Clause∓ and Clause± .                                : mean 1 1
  3   Clause∓ , but Clause± .                              : mean 1 3
  0.2 Clause± , but Clause± .                              : mean 1 3
  1.5 although Clause∓ , Clause± .                         : mean 1 3
  0.1 although Clause± , Clause± .                         : mean 1 3
  1.5 Clause± , even if Clause∓ .                          : mean 3 1
  0.1 Clause± , even if Clause± .                          : mean 3 1

Clause±
  5   FilmBe QualityFilm±
  4   StoryBe QualityStory±
  4   CraftBe QualityCraft±
  4   PeopleBe QualityPeople±
  3   FilmBe Comparison±
  3   FilmName Possession±
  3   Part Conduct±
  3   i Reaction±
  2   Idiom±
  1   Unreal±

# A sentence of its own, or the part of a review that stands by itself when the whole is broken.
Piece
  1   Opening Sentence+ | Opening Sentence- | Sentence+ | Sentence- | Verdict+ | Verdict-
  1   Slant+ Sentence+ | Slant+ Sentence- | Slant- Sentence+ | Slant- Sentence- : mean 1 4
`;

const clauses = `
FilmName
  4   it
  3   the film | the movie | this film | the whole thing
FilmBe
  1   FilmName is | FilmName was
@Be for Story Craft People
  3   the @One is | the @One was
  2   the @Many are | the @Many were
Part
  3   the StoryOne | the CraftOne | the PeopleOne
  1   the first half | the second half

Quality@± for Film Story Craft People
  14  Adj@±
  6   Booster Adj@±                                        : scale 1.3
  3   Softener Adj@±                                       : scale 0.5
  3   Adj@± and Adj@±                                      : mean 1 1
  0.3 Adj@∓ and Adj@±                                      : mean 1 3
  1   Adj@∓ but Adj@±                                      : mean 1 3
  0.1 Adj@± but Adj@±                                      : mean 1 3
  2   not Adj@∓                                            : scale -0.6
  0.5 not Booster Adj@∓                                    : scale -0.4
  1   not at all Adj@∓                                     : scale -1
  1   never Adj@∓ | hardly Adj@∓                           : scale -0.8
  1   far from Adj@∓ | anything but Adj@∓                  : scale -1
  0.5 neither Neither@∓                                    : scale -0.9
Quality@- for Film Story Craft People
  1   too Adj@-                                            : scale 1.3
  0.4 too Adj@+                                            : scale -0.6
  0.5 not Adj@+ enough                                     : scale -0.7
  0.1 not too Adj@+                                        : scale -0.3
Quality@+ for Film Story Craft People
  0.5 not too Adj@-                                        : scale -0.5
  0.1 not Adj@- enough                                     : scale -0.3
Neither@± for Film Story Craft People
  10  Adj@± nor Adj@±                                      : mean 1 1
  1   Adj@∓ nor Adj@±                                      : mean 1 3

Comparison±
  3   more Apt± than Rival                                 : scale 0.8
  1   less Apt∓ than Rival                                 : scale -0.8
  2   every bit as AdjFilm± as Rival                       : scale 1.1
  1   not as AdjFilm∓ as Rival                             : scale -0.7
  0.5 no more Apt∓ than Rival                              : scale -0.6
Comparison+
  1   better than Rival                                    : value 0.6
  1   no worse than Rival                                  : value 0.2
Comparison-
  1   worse than Rival                                     : value -0.6
  1   no better than Rival                                 : value -0.4
Rival
  1   the book | the original | the first one | the trailer suggests | most comedies | i expected

Possession±
  5   has Gift± | shows Gift±
  2   has plenty of Gift± | is full of Gift±               : scale 1.3
  1   has some Gift±                                       : scale 0.6
  1.2 has no Gift∓ | lacks Gift∓                           : scale -1
  0.6 is free of Gift∓ | is short of Gift∓                 : scale -0.9
  0.5 is not without Gift±                                 : scale 0.6
  1   has more Gift± than Gift∓                            : mean 3 1
  0.1 has more Gift± than Gift±                            : mean 3 1

Conduct±
  7   Does±
  2   always Does±                                         : scale 1.3
  1.2 never Does∓                                          : scale -1
  0.7 rarely Does∓                                         : scale -0.7
  0.5 almost Does∓                                         : scale -0.5

Reaction±
  5   Felt± Target
  2   really Felt± Target                                  : scale 1.3
  1.2 did not Feel∓ Target                                 : scale -0.6
  0.6 never Felt∓ Target                                   : scale -0.9
  0.8 wanted to Feel∓ Target | expected to Feel∓ Target    : scale -0.5
Target
  3   it
  1   every minute | the film
  2   Part

Idiom+
  1   i never looked at my watch | i forgot the time | nobody wanted to leave | i laughed at every joke : value 0.7
  1   my heart was in it | there is not a dull moment | nothing goes wrong | my sister cried for joy : value 0.7
Idiom-
  1   i looked at my watch twice | i forgot it at once | everybody wanted to leave | nobody laughed : value -0.7
  1   my heart was not in it | there is not a good moment | nothing goes right | my sister cried for mercy : value -0.7

Unreal±
  2   it could have been AdjFilm∓ | without the CraftOne it would be AdjFilm∓ : scale -0.6
Unreal-
  1   with better CraftMany it would be AdjFilm+           : scale -0.6
Unreal+
  0.1 with better CraftMany it would be AdjFilm-           : scale -0.2
`;

const verdicts = `
Verdict±
  3   overall , FilmBe QualityFilm± .
  1   in the end , Part Conduct± .
  2   Advice±
Advice+
  2   see it . | do not miss it .                          : value 0.8
  1   i would see it again . | i would recommend it to my Relative . : value 0.8
  1   it is worth your Time . | you will not regret it .   : value 0.7
  1   you could do worse . | give it a chance .            : value 0.3
Advice-
  2   skip it . | do not see it .                          : value -0.8
  1   i would not see it again . | i would not recommend it to my Relative . : value -0.8
  1   it is not worth your Time . | you will regret it .   : value -0.7
  1   you could do better . | give it a miss .             : value -0.4
Time
  1   time | money | evening
`;

export const grammar = readGrammar(sentences, clauses, verdicts, lexicon, openings);
