/** The openings: they are the prompts. Most say nothing about the film's worth; a slanted one does, and what follows answers it. */
export const openings = `
Opening
  4  the film opens in Place Link
  3  the story begins in Place Link
  3  it follows a Trait Job from City Link
  4  i watched this with my Relative When .
  3  my Relative chose this for a Weather Day Link
  2  this is the Ordinal film by a Trait director from City .
  2  critics call it OpinionFilm Turn                      : silent
  2  my Relative found it OpinionFilm Turn                 : silent

OpinionFilm
  1  AdjFilm+ | AdjFilm-
Turn
  1  , but | , and

Slant±
  2  the first hour is AdjFilm± , but
  1  although the trailer looks AdjFilm± ,
  1  the poster is AdjCraft± , but

Link
  2  and
  1  .
Place
  1  a Look Spot
Look
  1  small | snowy | dusty | crowded | remote | sunny | grey | forgotten
Spot
  1  harbour town | village | hotel | hospital | school | kitchen | station | prison | library | suburb
Trait
  1  young | shy | famous | lonely | retired
Job
  1  doctor | teacher | baker | painter | nurse | pilot | thief | singer
City
  1  lisbon | oslo | dublin | cairo | seoul | lima | prague | tokyo
Relative
  1  brother | sister | mother | father | uncle | aunt | neighbour | daughter | son | cousin | boss
When
  1  on a Weather Day
Weather
  1  rainy | cold | lazy | quiet | late
Day
  1  evening | sunday | night | afternoon | morning
Ordinal
  1  first | second | third | fourth
`;
