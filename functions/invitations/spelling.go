package main

import (
	"strings"

	"vestibule/shared/words"
)

// spelled are the signs that a code can hold, in the order of the words below.
const spelled = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The words by which digits and letters are told on the telephone: DIN 5009 in German, the Norwegian and the Danish table, the ICAO
// alphabet in English.
var spellings = map[words.Lang]string{
	"de": "null eins zwei drei vier fünf sechs sieben acht neun " +
		"Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Jena Köln München Nürnberg Potsdam Quickborn Rostock Salzwedel Tübingen Völklingen Wuppertal Xanten Ypsilon Zwickau",
	"nb": "null en to tre fire fem seks sju åtte ni " +
		"Anna Bernhard Caesar David Edith Fredrik Gustav Harald Johan Karin Martin Nils Petter Quintus Rikard Sigrid Teodor Enkel-V Dobbelt-W Xerxes Yngling Zakarias",
	"da": "nul en to tre fire fem seks syv otte ni " +
		"Anna Bernhard Cecilie David Erik Frederik Georg Hans Johan Karen Marie Nikolaj Peter Quintus Rasmus Søren Theodor Viggo William Xerxes Yrsa Zackarias",
	"en": "zero one two three four five six seven eight nine " +
		"Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu",
}

// told is a sign of a code and the word for it.
type told struct{ Sign, Word string }

// spelling tells each sign of a code as one says it on the telephone, group by group.
func spelling(lang words.Lang, groups []string) [][]told {
	table := strings.Fields(spellings[lang])
	all := make([][]told, len(groups))
	for i, group := range groups {
		for _, sign := range group {
			all[i] = append(all[i], told{string(sign), table[strings.IndexRune(spelled, sign)]})
		}
	}
	return all
}
