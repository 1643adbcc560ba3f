"""Names of people and places in each language, as their speakers write them, and the encodings that they are met in."""

MISREAD = (
    ("cp1250", "Ćmiel Sereď Niţchidorf Ţibana Mihăileni"),
    ("cp1254", "Zeytindağ Şahne Şehrazat"),
    ("cp1257", "Jokūbas Maneeži Nadežda Aljoša Limbaži"),
    ("iso8859-2", "Fabiáně Moţca Fâstâci Zengő Lőr"),
    ("cp850", "Íris Úlla Írafell Farlède Óscar Carrù Temù Pinè Ragnö Edsevö Haßmersheim Spiælle Gâvre Iærpolf"),
    ("cp852", "Gašpar Orăştioara Căşeiu Mengeš Vršíčku Forăşti"),
    ("mac-roman", "Rotdornstraße Straße D’Errico D’Agata D’Elia Nípukot Úrsula Díaz Œuilly Gœrsdorf Fußach Østkaj"),
    ("cp932", "倉 山田"),
    ("euc_jp", "忍足 長友 連"),
    ("cp949", "호 치 홍티"),
    ("gb18030", "念珏 袁 应 思颖 雪 韦 佻芝 一缨 志远 纱帽 映瞳"),
    ("cp950", "瑕雯 鑫 昕芩 熙茜 燕 杰 武 匡 冷"),
)
"""Single names that were once read with other letters, and in which encoding."""

STREETS = "Rotdornstraße Goethestraße Großenehrich Schloßallee Schöneberg Weißensee Straße Müllerstraße"

NAMES: dict[str, tuple[str, str]] = {
    "French": (
        "cp1252 iso8859-15 mac-roman cp850",
        "François Hélène Lefèvre Besançon Nîmes Benoît Anaïs Jérôme Gaël Chloé Désirée Orléans Château Côté Lézignan",
    ),
    "German": (
        "cp1252 iso8859-1 mac-roman cp850",
        "Müller Jürgen Schröder Köln München Düsseldorf Günther Größe Böhm Käthe Grünwald Weißenburg Krämer Händel",
    ),
    "Spanish": (
        "cp1252 iso8859-1 mac-roman cp850",
        "Muñoz García González José Martín Peña Núñez León Málaga Córdoba Cádiz Íñigo Sebastián Avilés Rodríguez",
    ),
    "Portuguese": (
        "cp1252 iso8859-1 mac-roman cp850",
        "João Gonçalves Conceição Antônio Araújo Brasília Goiânia Magalhães Simões Luís Belém Florianópolis Márcia",
    ),
    "Swedish": ("cp1252 iso8859-1 mac-roman cp850", "Åsa Sjöberg Håkan Göteborg Malmö Lindström Västerås Björn Märta"),
    "Danish": ("cp1252 iso8859-1 mac-roman cp850", "Søren Jørgensen Ærø Århus Møller Kjærgaard Østerbro Bjørn Næstved"),
    "Polish": (
        "cp1250 iso8859-2 cp852",
        "Łukasz Wiśniewski Łódź Dąbrowska Gdańsk Paweł Woźniak Zieliński Kraków Jędrzej Wójcik Grażyna Żaneta",
    ),
    "Czech": (
        "cp1250 iso8859-2 cp852",
        "Jiří Dvořák Plzeň Tomáš Děčín Lukáš Černý Třebíč Růžena Novák Šárka Ondřej Kučerová Zdeněk Příbram",
    ),
    "Hungarian": (
        "cp1250 iso8859-2 cp852",
        "Győző Szőke Pécs Erzsébet Tóth Győr Ödön Gödöllő Gergő Hódmezővásárhely Tünde Fűzfő Kovács Székesfehérvár",
    ),
    "Turkish": (
        "cp1254 iso8859-9",
        "Ayşe Yılmaz Diyarbakır Çağrı Doğan Iğdır Şahin Gülşen Öztürk Uğur İbrahim Kılıç Eskişehir",
    ),
    "Lithuanian": (
        "cp1257",
        "Žydrūnas Jonaitė Šiauliai Rūta Panevėžys Eglė Šimkutė Kėdainiai Vytenė Mindaugė Ąžuolas Gintarė",
    ),
    "Latvian": (
        "cp1257",
        "Jānis Bērziņš Ķekava Ģirts Liepāja Kalniņa Rēzekne Ozoliņš Zigrīda Jūrmala Šķērsiela Pētersons",
    ),
    "Romanian": (
        "cp1250 iso8859-2",
        "Ştefan Bălan Iaşi Brăila Timişoara Mureşan Ionuţ Constanţa Şerban Cătălin Bucureşti",
    ),
    "Russian": ("cp1251 koi8-r", "Сергей Иванов Москва Анна Кузнецова Казань Дмитрий Екатеринбург Мария Соколов Пётр"),
    "Japanese": (
        "cp932 euc_jp",
        "山田 太郎 渋谷区 佐藤 花子 新宿区 鈴木 健一 高橋 美咲 大阪市 横浜市 田中 さくら ヤマダ",
    ),
    "Korean": ("euc-kr cp949", "김민수 서울특별시 이영희 부산광역시 박지훈 대구광역시 최수진 정현우 인천광역시 강미영"),
    "simplified Chinese": ("gb18030 gbk", "王伟 北京市 李娜 上海市 张敏 广州市 刘洋 陈静 杭州市 赵磊 深圳市 黄丽华"),
    "traditional Chinese": ("big5", "陳怡君 台北市 林志明 高雄市 黃淑芬 臺中市 張雅婷 李俊傑 王美玲 新竹市"),
}
"""By language: encodings, and names beyond ASCII."""

CASES = [
    (language, encoding, tuple(names.split()))
    for language, (encodings, names) in NAMES.items()
    for encoding in encodings.split()
]
