"""Names of people who do not exist: put together from common first names and surnames, the same in every build."""

from collections.abc import Iterator
from random import Random

# First names / surnames, one paragraph a group. They are drawn mostly within it, now and then across, as in a city.
_GROUPS = """
Alice Benita Carl Dana Eleanor Frank Gloria Harold Irene Jesse Kathleen Leroy Marcia Norman Odette Paul Ramona
Stanley Teresa Vernon Wanda Curtis Doreen Elroy Faye Grady Hattie Ivy Jerome Lorna
/
Ashby Barlow Calloway Denton Ellery Fairley Garrick Holcomb Inskip Jarrell Kimbrough Lathrop Maddox Nettles
Oakes Pruitt Rayburn Satterfield Tillery Upshaw Vickers Whitlow Yancey Boyce Crutcher Dupree Hargrove

Alma Beatriz Camilo Dolores Efraín Fabiola Gonzalo Herminia Ignacio Julieta Leticia Mateo Noemí Octavio Paloma
Quetzali Rogelio Soledad Tomás Ximena Yolanda Zoraida Abril Celestino Eulalia Nicanor
/
Aguirre Barragán Cordero Delgadillo Escamilla Fuentes Galindo Huerta Izquierdo Jaramillo Landeros Montoya
Nájera Olvera Pedraza Quintero Rentería Saldaña Tejeda Urbina Villalobos Zepeda Bautista Carranza

Ama Babatunde Chioma Dayo Efua Folasade Ikenna Kwabena Lindiwe Mbali Ngozi Obinna Rukia Sefu Thandiwe Uche
Wanjiru Yaa Zola Abena Amadou Fatoumata Ousmane Mariama Senait Tesfaye
/
Abara Boateng Chukwu Diallo Ekwueme Fofana Gebre Haile Idowu Juma Kamara Lungu Mensah Ndlovu Okafor Owusu
Sarpong Tadesse Wambui Yeboah Dlamini Asante Bekele Conteh

An Bao Chau Giang Hanh Huong Khanh Lan Linh Minh Nga Phuong Quyen Tam Thanh Thuy Trang Tuyet Vinh Mei Jun Xiu
Wen Ling Hao
/
Bui Cao Dang Dinh Doan Duong Ha Ho Huynh Lam Luong Ly Mai Ngo Phan Quach Ta Thai To Trinh Truong Vo Vuong Chen
Guo Liang Zhou

Aaliyah Basim Dalia Elias Farida Ghassan Hala Idris Jamila Karim Leila Mounir Nadia Omar Rania Samir Tahira
Yasmin Zaid Amina Bilal Huda Nabil Salma Tariq
/
Abboud Bakri Chahine Darwish El-Amin Farouk Ghanem Haddad Issa Jaber Khoury Lahham Mansour Nasser Qasim Rahal
Sabbagh Tannous Wehbe Younes Zaki Hakimi Siddiqui

Agnieszka Bogdan Celina Danuta Emil Grażyna Halina Igor Jadwiga Katarzyna Ludmila Marek Nadezhda Oksana Piotr
Renata Stefan Tamara Vasyl Wiesława Yuri Zofia Bronisław Daryna
/
Adamczyk Bielak Czarnecki Dudek Filipek Gajda Hnatiuk Jankowski Kravets Lisowski Mazurek Nowicki Ostrowska
Pietrzak Rudenko Sobol Tkachuk Urban Wójcik Zaremba Bondar Hryn

Aarti Balwinder Chandra Deepa Farhan Gurpreet Harleen Indira Jaspal Kavita Lalita Manjit Nalini Parveen Rajni
Sunil Tanvi Usha Vikram Zubaida Anwar Bina Dinesh Rehana
/
Ahluwalia Bhatt Chaudhari Dhillon Gill Hussain Iyer Joshi Kapadia Lamba Mahajan Nair Parekh Qureshi Rao Sandhu
Thakur Vaidya Wadhwa Zaman Bhuiyan Grewal Talukdar

Aiyana Bly Chenoa Dezbah Kaya Leotie Nita Orenda Sequoia Tallulah Winona Wyatt Darrell Loretta Marlene Roland
Verna Wendell
/
Begaye Crowfeather Halfmoon Littlehawk Nakai Redwing Swiftwater Tsosie Whitecloud Yazzie Benally Tallbear
"""
_WEIGHTS = (30, 24, 12, 9, 8, 8, 7, 2)
_ACROSS = 8  # one in so many has a surname from another group


def names(seed: int) -> Iterator[str]:
    """Names without end, each once. The same seed gives the same names in the same order."""
    chance = Random(seed)  # noqa: S311 - invented people, not a secret
    groups = [[part.split() for part in group.split("/")] for group in _GROUPS.split("\n\n")]
    given: set[str] = set()
    while True:
        first = chance.choices(groups, _WEIGHTS)[0]
        last = chance.choices(groups, _WEIGHTS)[0] if chance.randrange(_ACROSS) == 0 else first
        name = f"{chance.choice(first[0])} {chance.choice(last[1])}"
        if len(given) > 4_000:  # most pairs are taken: tell people apart as in any big workplace
            name = f"{chance.choice(first[0])} {chance.choice('ABCDEFGHJKLMNPRSTVW')}. {chance.choice(last[1])}"
        if name not in given:
            given.add(name)
            yield name


# First names by which a reader will take somebody for a woman. For the story only: Weft itself never infers.
_WOMEN = """
Alice Benita Dana Eleanor Gloria Irene Kathleen Marcia Odette Ramona Teresa Wanda Doreen Faye Hattie Ivy Lorna
Alma Beatriz Dolores Fabiola Herminia Julieta Leticia Noemí Paloma Quetzali Soledad Ximena Yolanda Zoraida
Abril Eulalia Ama Chioma Efua Folasade Lindiwe Mbali Ngozi Rukia Thandiwe Wanjiru Yaa Zola Abena Fatoumata
Mariama Chau Hanh Huong Lan Linh Nga Phuong Quyen Thuy Trang Tuyet Mei Xiu Ling Aaliyah Dalia Farida Hala
Jamila Leila Nadia Rania Tahira Yasmin Amina Huda Salma Agnieszka Celina Danuta Grażyna Halina Jadwiga
Katarzyna Ludmila Nadezhda Oksana Renata Tamara Wiesława Zofia Daryna Aarti Deepa Harleen Indira Kavita Lalita
Nalini Parveen Rajni Tanvi Usha Zubaida Bina Rehana Aiyana Chenoa Dezbah Kaya Leotie Nita Orenda Tallulah
Winona Loretta Marlene Verna
"""
WOMEN = frozenset(_WOMEN.split())
