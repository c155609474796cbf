"""Words that say nothing about what a text is about, by language; they also tell the languages apart."""

_TEXTS = {
    "english": """
        a about above after again against all also am an and any are as at be because been before being
        below between both but by can could did do does doing down during each few for from further had has
        have having he her here hers him his how however i if in into is it its just may me might more most
        must my no nor not now of off on once only or other our out over own s same shall she should so some
        such t than that the their them then there these they this those through to too under until up very
        was we were what when where which while who whom why will with would you your
    """,
    "german": """
        ab aber alle als also am an andere auch auf aus bei bin bis bist da damit dann das dass dein dem den
        denn der des die dies diese dieser dieses doch dort du durch ein eine einem einen einer eines er es
        euch für gegen hat hatte hier ich ihm ihn ihr ihre im in ist ja jede jeder kann kein keine können
        man mehr mein mich mir mit muss nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so
        über um und uns unter vom von vor war waren warum was weil wenn wer werden wie wieder will wir wird
        wo wurde zu zum zur zwischen
    """,
    "french": """
        à ai ainsi au aucun aussi autre aux avec avoir c car ce cela ces cet cette chez comme comment d dans
        de depuis des dont du elle elles en entre est et être eu fait il ils j je l la le les leur leurs lui
        ma mais me même mes moi mon n ne nos notre nous on ont ou où par pas peut plus pour pourquoi qu
        quand que quel quelle qui s sa sans se ses si son sont sous sur ta te tes toi ton tous tout toute tu
        un une vers vos votre vous y était
    """,
    "spanish": """
        a al algo ante antes aquí así aunque bajo bien cada como con contra cual cuando cuándo de del desde
        donde dónde dos el él ella ellas ellos en entre era es esa ese eso esta está están este esto fue ha
        han hasta hay la las le les lo los más me mi mis muy ni no nos nosotros o otra otro para pero por
        porque qué que quien se según ser si sí sin sobre son su sus también tan te tiene todo todos tu un
        una uno y ya yo
    """,
    "italian": """
        a ad agli ai al alla alle allo anche c che chi ci come con contro cosa cui d da dagli dai dal dalla
        dalle degli dei del della delle di dove due e è ed era essere fra fu gli ha hanno ho i il in io l la
        le lei li lo loro lui ma mi mia mio ne negli nei nel nella nelle no noi non nostro o ogni per perché
        più può quale quando quanto quella quello questa questo se sei si sia sono su sua sue sugli sul
        sulla suo tra tu tutti un una uno vi voi
    """,
    "portuguese": """
        a ainda algum ao aos aquele as às até cada com como contra da das de dela dele depois do dos e é ela
        elas ele eles em entre era essa esse esta está este eu foi for há isso isto já lhe mais mas me mesmo
        meu minha muito na não nas nem no nos nós o onde os ou para pela pelas pelo pelos por porque qual
        quando que quem são se sem ser seu seus só sobre sua suas também te tem um uma você
    """,
    "dutch": """
        aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens
        en er ge geen haar had heb hebben heeft hem het hier hij hoe hun iets ik in is ja je kan kon kunnen
        maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds
        te tegen toch toen tot u uit uw van veel voor want waren was wat we wel werd wie wij wordt ze zich
        zij zijn zo zonder zou
    """,
    "swedish": """
        alla att av bara blev bli de dem den denna deras dess det detta dig din där då efter ej eller en er
        ett från för ha hade han hans har henne hon honom hur här i icke inte jag kan man med men mig min
        mot mycket ni nu när någon något och om oss på sedan sig sin ska skulle som så till under upp ut
        utan vad var vara varför vi vid vilka än är över
    """,
    "russian": """
        а без более бы был была были было быть в вам вас весь во вот все всех вы где да даже для до его ее
        если есть ещё еще же за здесь и из или им их к как ко когда кто ли либо мне может мы на надо наш не
        него нее нет ни них но о об однако он она они оно от очень по под при с со так также такой там те
        тем то того тоже той только том ты у уже хотя чего чей чем что чтобы эта эти это я
    """,
}
STOP_WORDS = {language: frozenset(words.split()) for language, words in _TEXTS.items()}
# A text with a smaller part of small words is in none of these languages, or is no prose.
_RECOGNISED = 0.12
_AT_LEAST = 2


def language_of(words: list[str]) -> str:
    """Return the language whose small words are the most frequent.

    Where none stands out (tables, code, a few words) it is "english" for ASCII, else "simple".
    """
    counts = {name: sum(word in stop for word in words) for name, stop in STOP_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] >= max(_AT_LEAST, _RECOGNISED * len(words)):
        return best
    return "english" if 2 * sum(map(str.isascii, words)) > len(words) else "simple"
