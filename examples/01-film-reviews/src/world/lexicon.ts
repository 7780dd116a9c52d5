/**
 * The words that carry or shift sentiment. Most adjectives praise or fault whatever they are said of. Those under `Fits` praise one
 * thing and fault another: a slow camera is calm, a slow plot drags.
 */
export const lexicon = `
Adj@± for Film Story Craft People
  3  Strong±
  5  Mild±
  5  Vivid±
  4  Fits@±
Apt± # those that go with "more" and "less"
  1  Strong±
  2  Vivid±

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
Vivid+
  1  gripping | moving | original | elegant                : value 0.8
  2  funny | honest | warm | fresh | tender | clever | bold | sharp | natural | convincing : value 0.6
Vivid-
  1  boring | pointless | clumsy | wooden                  : value -0.8
  2  tedious | predictable | confusing | hollow | silly | thin | cheap | shaky | stiff | shallow : value -0.6

FitsFilm+
  1  dark | wild | strange | quiet | busy                  : value 0.6
FitsFilm-
  1  slow | simple | familiar | loud | cold                : value -0.6
FitsStory+
  1  dark | wild | strange | busy                          : value 0.6
FitsStory-
  1  slow | simple | familiar | quiet | loud | cold        : value -0.6
FitsCraft+
  1  slow | simple | familiar | quiet | cold               : value 0.6
FitsCraft-
  1  dark | wild | strange | loud | busy                   : value -0.6
FitsPeople+
  1  wild | simple | familiar | loud                       : value 0.6
FitsPeople-
  1  dark | strange | slow | quiet | cold | busy           : value -0.6

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
