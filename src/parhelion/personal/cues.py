"""Words that tell what stands beside them, in English, German, French, Spanish, Italian, Dutch and Portuguese."""

from parhelion.personal.wordlist import listed

TITLES = listed("""
mr mrs ms miss mister madam mx dr prof professor doctor sir lady lord captain sergeant officer judge nurse herr herrn
frau fräulein monsieur madame mademoiselle mme mlle maître señor señora señorita sr sra srta doña signor signora
signorina signore dott dottor dottoressa sig meneer mevrouw mijnheer dhr mw senhor senhora doutor doutora господин
госпожа пан пані pan pani κύριος κυρία
""")
"""Before a family's name, or a whole one."""

GREETINGS = listed("""
dear hi hello hey hiya helo greetings morning afternoon evening ask tell yo liebe lieber hallo guten moin servus
grüezi cher chère chers bonjour salut coucou bonsoir querido querida estimado estimada hola caro cara carissimo
carissima gentile egregio ciao salve buongiorno beste geachte lieve hoi dag prezado prezada olá oi bom привет
уважаемый уважаемая дорогой дорогая γεια αγαπητέ
""")
"""Before whoever is written to."""

PARTINGS = listed("""
regards thanks thx cheers sincerely faithfully truly yours wishes love xoxo hugs signed greetings grüße grüßen gruß
gruss mfg lg vg cordialement amicalement bises salutations merci saludos atentamente gracias abrazo saluti cordiali
grazie abbracci groeten groetjes groet mvg bedankt atenciosamente cumprimentos obrigado obrigada abraços
""")
"""Before whoever signs."""

INTRODUCTIONS = (
    "my name is", "my name's", "my full name is", "name is", "i am called", "call me", "this is", "i am", "i'm", "im",
    "it's", "its me", "it is me", "its", "named", "called", "name:", "name :", "i am mr", "customer:", "contact:",
    "ask for", "speak to", "speak with", "spoke to", "spoke with", "talk to", "talked to", "account of", "signed by",
    "mein name ist", "ich bin", "ich heiße", "ich heisse", "name ist", "je m'appelle", "mon nom est", "je suis",
    "nom :", "nom:", "me llamo", "mi nombre es", "soy", "nombre:", "mi chiamo", "il mio nome è", "sono", "nome:",
    "mijn naam is", "ik ben", "ik heet", "naam:", "meu nome é", "me chamo", "chamo-me", "eu sou", "sou o", "sou a",
    "меня зовут", "με λένε", "اسمي", "我叫", "我是",
)  # fmt: skip
"""Before a name that somebody says is theirs."""

SURE_INTRODUCTIONS = (
    "my name is", "my name's", "my full name is", "mein name ist", "ich heiße", "ich heisse", "je m'appelle",
    "mon nom est", "me llamo", "mi nombre es", "mi chiamo", "il mio nome è", "mijn naam is", "ik heet", "meu nome é",
    "me chamo", "chamo-me", "меня зовут", "με λένε", "اسمي", "name:", "nom:", "nombre:", "nome:", "naam:",
)  # fmt: skip
"""The ones after which a name stands even where no list knows it."""

NO_NAMES = listed("""
sir sirs madam customer customers client team all friend friends colleague colleagues user member folks everyone guys
support service services manager management people god lord santa mum mom dad mummy daddy dude mate baby babe darling
honey there again you im i the a an kunde kundin kunden damen herren zusammen freunde clients madame monsieur tous
cliente clientes señor señora señores todos amigo amigos signori signora signor tutti klant allemaal heer mevrouw
senhor senhora senhores bank bot siri alexa google assistant chat customercare monday tuesday wednesday thursday
friday saturday sunday january february march april may june july august september october november december english
german french spanish italian dutch portuguese american british european chinese america england britain germany
france spain italy europe london york christmas easter street road avenue lane city voucher holder holders subscriber
winner player valued loved xx xxx xxxx goodmorning goodnight visa mastercard paypal amazon facebook whatsapp apple
iphone android atm card account not ok okay yes no
""")
"""What stands where a name could, and is none."""

PARTICLES = listed("""
de del della di da do dos das du van von der den ter ten te tot op aan la le el al bin ben ibn zu zur st
""")

CODES = listed("""
pin code codes passcode password passwort pass pw pwd otp cvv cvc order bestellung bestellnummer commande pedido
ordine bestelling encomenda account acct konto kontonummer compte cuenta conto rekening conta ref reference referenz
référence referencia riferimento referentie referência booking buchung réservation reserva prenotazione boeking ticket
invoice rechnung rechnungsnummer facture factura fattura factuur fatura customer kundennummer client cliente
klantnummer tracking parcel sendung colis serial policy licence license plate registration member id ident passport
reisepass ausweis passeport pasaporte passaporto paspoort number no nr num numéro número numero nummer n° ending
voucher secret vin imei mrn case contract vertrag vertragsnummer contrat contrato contratto dob born geboren
""")
"""Before an identifier: what follows is one even where it looks like a date, a time or an amount."""

SECRETS = (
    r"(?:pass ?word|pass ?code|passwort|kennwort|mot de passe|contraseñ?a|wachtwoord|senha|pass|pw|pwd|pin|secret|code)"
)
USERNAMES = (
    r"(?:user ?names?|user ?id|login(?: name)?|nick(?:name)?|handle|skype|insta(?:gram)?|snapchat|twitter|telegram|"
    r"benutzername|nom d'utilisateur|identifiant|nombre de usuario|usuario|nome utente|gebruikersnaam|utilizador)"
)

PHONES = listed("""
call tel telephone phone mobile cell fax ring text txt sms whatsapp dial number landline contact reach telefon handy
anrufen mobil rufnummer téléphone portable appeler tél teléfono móvil llamar telefono cellulare chiamare telefoon
mobiel bellen telefone telemóvel celular ligar телефон тел هاتف 电话 手机 電話 携帯 전화
""")

POSTCODES = listed("""
zip zipcode postcode postal plz postleitzahl cp cap cep
""")

NATIONAL = listed("""
ssn social security nino insurance nhs national passport tax steuer steuernummer identifikationsnummer
sozialversicherungsnummer nir dni nif nie fiscale cpf bsn burgerservicenummer pesel personnummer cpr aadhaar
""")

MONTHS = listed("""
jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
november december januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août
septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre januari februari maart mei augustus
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
""")

UNITS = listed("""
p k m kg g gr mg ml cl l km cm mm mb gb tb kb min mins minute minutes h hr hrs hour hours s sec secs second seconds am
pm uhr day days week weeks wk wks month months mth year years yr yrs percent pct pts points miles mile mi ft feet inch
inches lb lbs oz degrees usd eur gbp chf inr jpy aud cad dollar dollars pound pounds euro euros cent cents pence quid
rs bucks francs franken rupees yen tage tag wochen monate jahre stunden minuten jours mois ans heures días meses años
horas giorni mesi anni ore dagen weken maanden jaar uur dias anos x th st nd rd people persons times items pieces
calories kcal watt watts volt volts mph kmh kph bpm polys ringtones messages texts credits
""")
"""After a number that says how much."""
