"""What simulated people write when no notes are given: ideas of two twin cities, each with its other line.

All invented here. The first language of a pair is the author's; a facilitator's translation is the second.
"""

import random

FROM_GERMAN: tuple[tuple[str, str], ...] = (
    ("Gemeinschaftsgärten tauschen Saatgut per Post", "Общественные сады обмениваются семенами по почте"),
    ("Ein Chor, zwei Städte: gemeinsam proben per Video", "Один хор на два города: репетируем вместе по видео"),
    ("Stadtteilküche kocht Rezepte aus der Partnerstadt", "Районная кухня готовит по рецептам города-побратима"),
    ("Tandem zum Sprachenlernen, eine Stunde in der Woche", "Языковой тандем: один час в неделю"),
    ("Fahrradwerkstatt, in der alle mitschrauben dürfen", "Веломастерская, где каждый может чинить сам"),
    ("Reparaturcafé mit Livebild in die andere Werkstatt", "Ремонтное кафе с видеосвязью с другой мастерской"),
    ("Schulklassen schreiben sich Briefe auf Papier", "Школьные классы пишут друг другу бумажные письма"),
    ("Fotoausstellung: ein Tag in unseren Straßen", "Фотовыставка: один день на наших улицах"),
    ("Bäume pflanzen, für jedes Jahr Partnerschaft einen", "Посадить деревья: по одному за каждый год дружбы"),
    ("Trinkbrunnen auf jedem größeren Platz", "Питьевой фонтанчик на каждой большой площади"),
    ("Bank tauschen: eure bei uns, unsere bei euch", "Обмен скамейками: ваша у нас, наша у вас"),
    ("Die Bibliothek der Dinge: Bohrmaschine statt Neukauf", "Библиотека вещей: дрель напрокат вместо новой"),
    ("Straßenmusik an beiden Orten zur selben Stunde", "Уличная музыка в двух городах в один и тот же час"),
    ("Jugendrat trifft Jugendrat, einmal im Monat online", "Молодёжные советы встречаются онлайн раз в месяц"),
    ("Alte Rezepte sammeln, bevor sie vergessen sind", "Собрать старые рецепты, пока их не забыли"),
    ("Ein Sommer ohne Autos auf der Hauptstraße", "Лето без машин на главной улице"),
    ("Schattige Wege: wo ist es im Sommer auszuhalten?", "Тенистые маршруты: где летом можно дышать?"),
    ("Ältere erzählen Jüngeren vom Anfang der Partnerschaft", "Старшие рассказывают младшим, как началась дружба"),
    ("Praktikum in einem Betrieb der Partnerstadt", "Стажировка на предприятии города-побратима"),
    ("Kino im Hof mit Untertiteln in beiden Sprachen", "Кино во дворе с субтитрами на двух языках"),
    ("Nähwerkstatt macht aus alten Fahnen Taschen", "Швейная мастерская шьёт сумки из старых флагов"),
    ("Gemeinsame Radiosendung, jeden ersten Sonntag", "Совместная радиопередача каждое первое воскресенье"),
    ("Stadtführung von Menschen, die neu hier sind", "Экскурсии по городу от тех, кто здесь недавно"),
    ("Offene Ateliers: Wer malt, zeigt, wie es geht", "Открытые мастерские: художники показывают, как это делается"),
    ("Sportvereine laufen zusammen 2.500 Kilometer", "Спортклубы вместе пробегают 2500 километров"),
    ("Bienen auf dem Rathausdach", "Пчёлы на крыше ратуши"),
    ("Ein Platz, der jede Woche etwas anderes ist", "Площадь, которая каждую неделю другая"),
    ("Barrierefreie Wege gemeinsam prüfen", "Вместе проверить, где в городе нет барьеров"),
    ("Nachbarschaftsfest mit einem Tisch für Gäste", "Праздник двора со столом для гостей"),
    ("Kinder zeichnen ihre Stadt, die anderen raten", "Дети рисуют свой город, а другие угадывают"),
    ("Müll am Fluss sammeln, am selben Tag", "Убираем мусор у реки в один и тот же день"),
    ("Eine Karte der guten Orte, von allen gezeichnet", "Карта хороших мест, нарисованная всеми"),
    ("Theatergruppe spielt dasselbe Stück in zwei Sprachen", "Театральная группа играет одну пьесу на двух языках"),
    ("Leerstand nutzen: ein Laden für Ideen", "Оживить пустующий магазин: лавка идей"),
    ("Gründerinnen beraten Gründerinnen", "Предпринимательницы советуют предпринимательницам"),
    ("Schachabend mit Kameras über den Brettern", "Шахматный вечер с камерами над досками"),
    ("Hitze in der Stadt: Was habt ihr schon gelernt?", "Жара в городе: чему вы уже научились?"),
    ("Ein Lied, das beide Städte kennen", "Песня, которую знают оба города"),
    ("Sonntags frühstücken auf dem Marktplatz", "Воскресный завтрак на рыночной площади"),
    ("Postkarten an Unbekannte in der Partnerstadt", "Открытки незнакомцам в городе-побратиме"),
)

FROM_RUSSIAN: tuple[tuple[str, str], ...] = (
    ("Дворовые библиотеки: взял книгу, оставил книгу", "Bücherschränke im Hof: eins nehmen, eins dalassen"),
    ("Совместный фестиваль уличной еды", "Gemeinsames Fest des Straßenessens"),
    ("Школа волонтёров для двух городов", "Eine Schule für Ehrenamtliche beider Städte"),
    ("Разговорный клуб по четвергам, на двух языках", "Gesprächsklub am Donnerstag, in zwei Sprachen"),
    ("Обмен молодыми музыкантами на лето", "Junge Musikerinnen und Musiker tauschen für einen Sommer"),
    ("Велодорожка вдоль всей реки", "Ein Radweg am ganzen Fluss entlang"),
    ("Старые вывески: найти, снять, рассказать", "Alte Ladenschilder: finden, zeigen, erzählen"),
    ("Цифровой архив семейных фотографий", "Ein digitales Archiv der Familienfotos"),
    ("Спектакль о том, как дружат города", "Ein Theaterstück darüber, wie Städte Freunde werden"),
    ("Городские огороды на крышах", "Gemüse auf den Dächern der Stadt"),
    ("Лекции врачей для пожилых, простыми словами", "Ärztinnen erklären Älteren Gesundheit, in einfachen Worten"),
    ("Мастерская, где дети строят роботов", "Eine Werkstatt, in der Kinder Roboter bauen"),
    ("День открытых дворов", "Tag der offenen Höfe"),
    ("Общая карта граффити и муралов", "Eine gemeinsame Karte der Wandbilder"),
    ("Кулинарный мост: варенье и брецели", "Küchenbrücke: Warenje und Brezeln"),
    ("Соревнование дворовых команд по футболу онлайн и вживую", "Hofmannschaften spielen Fußball, online und in echt"),
    ("Клуб ремонта: чиним вместе, не выбрасываем", "Reparaturklub: gemeinsam flicken statt wegwerfen"),
    ("Зелёные остановки с травой на крыше", "Haltestellen mit Gras auf dem Dach"),
    ("Письма бабушек: истории из двух городов", "Briefe der Großmütter: Geschichten aus zwei Städten"),
    ("Ночь музеев в один день в обоих городах", "Museumsnacht am selben Tag in beiden Städten"),
    ("Тихие места в центре, где можно посидеть", "Stille Orte in der Mitte, an denen man sitzen kann"),
    ("Студенты-архитекторы проектируют площадь вместе", "Studierende entwerfen zusammen einen Platz"),
    ("Рынок местных фермеров по субботам", "Samstags ein Markt der Bauern aus der Nähe"),
    ("Подкаст: две соседки, два города", "Podcast: zwei Nachbarinnen, zwei Städte"),
    ("Хор без границ", "Ein Chor ohne Grenzen"),
    ("Прогулки с экскурсоводом-подростком", "Stadtspaziergänge, geführt von Jugendlichen"),
    ("Вместе считать птиц весной", "Im Frühling gemeinsam Vögel zählen"),
    ("Ярмарка ремёсел с мастер-классами", "Markt der Handwerke zum Mitmachen"),
    ("Доступные пандусы: проверка вместе с жителями", "Rampen, die taugen: geprüft mit denen, die sie brauchen"),
    ("Семейный лагерь на неделю", "Eine Woche Lager für Familien"),
    ("Общий календарь событий на двух языках", "Ein gemeinsamer Kalender in zwei Sprachen"),
    ("Солнечные панели на школах", "Solarzellen auf den Schulen"),
    ("Фонтан, спроектированный детьми", "Ein Brunnen, den Kinder entworfen haben"),
    ("Обмен опытом: как убирать снег и как пережить жару", "Erfahrungen tauschen: Schnee räumen, Hitze aushalten"),
    ("Танцы в парке каждую пятницу", "Jeden Freitag Tanz im Park"),
    ("Наставники для молодых предпринимателей", "Mentorinnen und Mentoren für junge Gründer"),
    ("Сад дружбы с растениями из двух городов", "Garten der Freundschaft mit Pflanzen aus beiden Städten"),
    ("Совместный календарь с рисунками школьников", "Ein Jahreskalender mit Bildern aus den Schulen"),
    ("Место для собак рядом с каждым парком", "Neben jedem Park ein Platz für Hunde"),
    ("Мост из открыток: сто слов о своём городе", "Brücke aus Postkarten: hundert Worte über die eigene Stadt"),
)

AFTERTHOUGHT = {"de": " – wer macht mit?", "ru": " – кто с нами?", "en": " – who joins in?"}
"""What people add when they edit a note."""

_TRANSLATIONS = {
    **{(text, "de"): (translation, "ru") for text, translation in FROM_GERMAN},
    **{(text, "ru"): (translation, "de") for text, translation in FROM_RUSSIAN},
}


def translation_of(text: str, language: str) -> str | None:
    """The other line of a note of ours, with or without an afterthought; None for anybody else's."""
    plain = text.removesuffix(AFTERTHOUGHT.get(language, ""))
    translation, other = _TRANSLATIONS.get((plain, language), (None, ""))
    if translation is None or plain == text:
        return translation
    return translation + AFTERTHOUGHT[other]


GROUP_TITLES: tuple[tuple[str, str], ...] = (
    ("Zusammen draußen", "Вместе на улице"),
    ("Sprachen und Geschichten", "Языки и истории"),
    ("Essen verbindet", "Еда объединяет"),
    ("Musik und Bühne", "Музыка и сцена"),
    ("Grün in der Stadt", "Зелень в городе"),
    ("Jung trifft Alt", "Молодые и старшие"),
    ("Reparieren und Teilen", "Чиним и делимся"),
    ("Wege für alle", "Дороги для всех"),
    ("Schulen und Jugend", "Школы и молодёжь"),
    ("Plätze mit Leben", "Живые площади"),
)


def free_title(taken: set[str], rng: random.Random) -> tuple[str, str]:
    """A group's title with its other line; one that is not on the board yet, while there are any."""
    free = [title for title in GROUP_TITLES if title[0] not in taken]
    return rng.choice(free or GROUP_TITLES)


# fmt: off
NAMES = {
    "de": [
        "Miriam", "Jonas", "Leyla", "Anton", "Greta", "Emre", "Paula", "Felix", "Hannah", "Tarek", "Lotte", "Simon",
        "Aylin", "Jakob", "Clara", "Moritz", "Frieda", "David", "Nele", "Karim", "Ida", "Lukas", "Marlene", "Oskar",
        "Thea", "Benno", "Juli", "Samuel", "Romy", "Till",
    ],
    "ru": [
        "Ольга", "Артём", "Марина", "Денис", "Светлана", "Тимур", "Екатерина", "Павел", "Юлия", "Руслан", "Анна",
        "Никита", "Людмила", "Егор", "Дарья", "Роман", "Вера", "Максим", "Алина", "Георгий", "Полина", "Илья",
        "Нина", "Станислав", "Тамара", "Антон", "Зоя", "Михаил", "Лариса", "Глеб",
    ],
}
# fmt: on
