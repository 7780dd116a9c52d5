/**
 * The words that carry or shift sentiment. One word may praise one thing and fault another: a slow camera is calm, a slow plot
 * drags (so `slow` is in `Own` of Craft+ and of Story-).
 */
export const lexicon = `
Adj@± for Film Story Craft People
  2  Strong±
  5  Gradable@±
Gradable@± for Film Story Craft People
  3  Mild±
  4  Own@±

Strong+
  1  brilliant | superb | wonderful | perfect              : value 0.9
Strong-
  1  awful | terrible | dreadful | horrible                : value -0.9
Mild+
  5  good | strong | lovely | charming | fine              : value 0.6
  2  decent | pleasant                                     : value 0.4
Mild-
  5  bad | weak | dull | poor | lazy                       : value -0.6
  2  flat | bland                                          : value -0.4

OwnFilm+
  1  gripping | moving                                     : value 0.8
  1  funny | honest | warm | fresh | tender                : value 0.6
OwnFilm-
  1  boring | pointless                                    : value -0.8
  1  tedious | predictable | confusing | hollow | silly    : value -0.6
OwnStory+
  1  gripping | original                                   : value 0.8
  1  dark | wild | strange | clever | tense                : value 0.6
OwnStory-
  1  predictable | pointless                               : value -0.8
  1  slow | simple | familiar | thin | silly               : value -0.6
OwnCraft+
  1  elegant | bold                                        : value 0.8
  1  slow | simple | quiet | warm | sharp                  : value 0.6
OwnCraft-
  1  clumsy | cheap                                        : value -0.8
  1  dark | wild | loud | shaky | busy                     : value -0.6
OwnPeople+
  1  natural | convincing                                  : value 0.8
  1  funny | familiar | sharp | loud | tender              : value 0.6
OwnPeople-
  1  wooden | stiff                                        : value -0.8
  1  strange | quiet | cold | busy | shy                   : value -0.6

Booster
  1  very | really | truly | quite | so
Softener
  1  fairly | rather | a little | somewhat

StoryOne
  1  plot | story | ending | script | dialogue | humour | romance | mystery
StoryMany
  1  jokes | twists | ideas | scenes
CraftOne
  1  music | camera | lighting | editing | sound | picture
CraftMany
  1  costumes | effects | sets | songs
PeopleOne
  1  acting | lead | villain | cast | heroine | chemistry
PeopleMany
  1  actors | performances | children

Gift+
  1  charm | heart | wit | energy | style | courage        : value 0.7
Gift-
  1  noise | padding | vanity | kitsch | clutter           : value -0.7

Felt+
  1  loved | adored                                        : value 0.9
  2  enjoyed | liked | admired                             : value 0.6
Felt-
  1  hated | loathed                                       : value -0.9
  2  disliked | resented | regretted                       : value -0.6
Feel+
  1  love | adore                                          : value 0.9
  2  enjoy | like | admire                                 : value 0.6
Feel-
  1  hate | loathe                                         : value -0.9
  2  dislike | resent | regret                             : value -0.6

Does+
  1  works | shines                                        : value 0.7
  1  saves it | carries the film | holds everything together : value 0.6
Does-
  1  fails | drags                                         : value -0.7
  1  ruins it | falls apart | loses its way | lets everyone down : value -0.6
`;
