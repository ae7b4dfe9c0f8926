"""Words that are also names: of people only where the company they keep says so."""

from parhelion.personal.wordlist import listed

EVERYDAY = listed("""
a able wen hee hai del sol lor ace ache ago ai aid ain al alert ale all ally alpha amber an and angel anti any are
arent arm art as ash ask at aka aurora autumn ave baby bad barb baron bay be bean bear bee bell bent berry best bet
beta better bill billing birch bird bishop black blank blaze bless blue bob bond book both bow boy brain brand brandy
branch breezy brook brown bud buddy buster but butt by cal call can candy card care carol carry case cash cat chance
charity chase check cherish cherry chi christian christmas clay clear cliff coal cole colt coral constant cook cool
costa crystal cup curry dale dandy dawn day dean dear deep desire destiny dia diamond dick did dine dis divert dixie
do does doll don dot dove drew duke dusty each earl earnest east easter ebony eden edit edu else ember engine era ere
essence eta etc even ever every eve faith fancy fares fay fee felicity fern fidelity file fin find first five fleet
flint floor flora flower flowers for ford forest fortune fox from fun gale gap garland garnet gas gay gem gene general
genesis gent get ginger given glad glory go gold golden gone good grace grant gray green grey guest gun guy ha had
hale hall han hand hang happy harm harmony harp has have haven havin hazel he heath heaven heavy hella hello help hen
henna her here hill his home honesty honey honor hope how hunt hunter i ice if im imma in inn into iris irish is isle
it its ivy jade jam jasmine jay jet jewel job jolly joy just kay keen kick kin kind king kit kitty lady lake lamb
lance land lane lark las last laurel lay lea leaf leg lemme les let liberty lies like lily line lion list little loan
long lord lot lotta love lucky lux lyric mac made magic main major make mall man mane mani manual many maple marble
march marine mark mars mart martini marvel mas max may me mean melody men mercy merit merry mi mile miles milk min
mine mint mis misty moon more morning most much my na nada nail need nice night nine no noble none noon nor north norm
not nova now numbers oak odd of off offer ok olive on one only opal or other our out own oxford pa page palm pansy
papa pat patience pax peace peach pearl peer penny pepper per peri perry piece pier ping pink pop poppy porter post
precious prince princess pros prudence queen rain rainbow ran rave raven ray red reef rich ride ring rip river roar
robin rock rocky roman rose royal ruby rue rush rusty sad sage said sales salt same sandy sapphire say scarlet sea
season see seem send serenity seven shade shall she shy sierra silk silver sin since sing siri skip sky slate snow so
solo some son song spring star starr stay sterling still stone store storm such sue sugar summer sun sunny sunshine
swan sweet ta taj take tam tea temple ten thank thanks that the them then there they thin this thor three tia tide til
till time tin tiny to today tone too tor trace treasure trinity trip true trust try tuna two ty un undo uni unique
unity up us van vanilla vera verity very via vic vid viola violet virgin vital walker wan war was way we welcome well
wells were west what when where white who why wild will win wing winter wise wit with wolf wood word work worth would
ya yan year yen yer yes you young your yule zen zip ab aber als am auch auf aus bei bin bis da das dass dein dem den
der des die dir doch ein eine einen er es für haben habe hat heute ich ihr ist ja jetzt kann kein können leider mein
mich mir mit nach nicht noch nun nur ob oder schon sehr sei sein sie sind um und uns unser vom von vor warum weil wenn
wer wie wir wird wo zu zum zur bitte danke hallo guten tag herz engel sommer stern au aux avec bon bonjour ce ces
cette chez comme dans de du elle en est et il ils je la le leur lui ma mais mes moi mon ne nos notre nous ou où par
pas plus pour que qui sa sans se ses sur te tes toi ton tous tout très tu une vos votre vous merci salut aimée ange
belle fleur como con desde donde el ella esta este estoy fue hay hola lo los luz mar muy o para pero por quiero ser si
soy su sus también tengo una y gracias cruz paz rosario consuelo dolores pilar mercedes alba allegra anche bella bene
che ci come cosa dal dalla dei della di e fa gli ho io lei mare mio nel noi non ora più può quando questo sia sono
stella sul tra uno vita vorrei grazie gioia perla aan ben bij daar dat deze dit doe door een geen goed graag haar heb
het hij hoe hun ik kan maar meer mijn moet naar net niet nog nu om ons ook op over toe tot u uit veel voor waar wat
wel wij wil worden zal ze zich zij zijn zo zou ao aos até com dos ela ele em essa esse está eu foi há isso já lhe meu
minha nas nem não os pela pelo quem sem seu sua são também tem uma você vou
""")
"""Alone and at the beginning of a sentence they are no names."""

MEANT = listed("""
amber april art autumn bill bob bud cal crystal daisy dale dawn dean drew eve faith fay felicity fern ginger grace
grant hazel henna hope iris ivy jade jasmine jay jewel jim joy june kay kit kitty laurel lily max may melody mercy
miles misty olive pansy patience pearl penny pepper poppy prudence ray red robin rose ruby rusty sage sandy scarlet
skip sky sterling sue summer violet viola will mark mike
""")
"""Those that people are really called: in the middle of a sentence, with a capital, they mean somebody."""

ELSEWHERE = listed("""
adelaide africa alabama alaska albany alexa alexandria america amsterdam angeles april arabia argentina arizona asia
athens atlanta august austin australia austria bali bangkok barcelona bavaria beijing belgium berlin bolivia bombay
boston brazil britain brooklyn brussels burma cairo cali california cambridge canada carolina charlotte chelsea
chester chevy chicago chile china cine cleveland cologne colombia colorado columbus congo cuba dakota dallas darwin
delhi delta denmark denver detroit devon diego dubai dublin egypt england esperanza europe florence florida france
francisco friday geneva genoa georgia german germany ghana greece hamburg hampshire havana hollywood hong houston
hungary iceland india indiana indonesia ireland israel istanbul italia italy jamaica january jan japan jerusalem jesus
jordan july june kansas kent kenya kiev korea lagos lima lincoln lisbon london louisiana lourdes madison madras madrid
maine malaysia malta manchester manila march marseille maryland mecca melbourne memphis mexico miami milan milano
modesto monaco monday montana montreal morocco moscow mumbai munich naples nevada nigeria norway november october
odessa ohio olympia oregon orlando oslo ottawa paris pakistan peru philippines phoenix poland portland portugal prague
raleigh reno rico rio roma rome russia sacramento sahara salem salvador santa santiago saturday savannah scotland
seattle september seville siena singapore siri spain stockholm sudan sunday sweden sydney syria taiwan tampa tennessee
texas thailand thai thursday tokyo toledo toronto trenton troy tuesday tunisia turkey tuscany valencia valentine
venice vermont verona vienna vietnam virginia wales warsaw washington wednesday york zurich verizon visa mastercard
mercury venus jupiter saturn apollo porsche mercedes ferrari tesla ford sterling oxford
""")
"""Places, days and months: written with a capital wherever they stand."""
