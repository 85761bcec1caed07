// Package words is the one catalogue of texts: pages, mails, SMS and refusals take every word from here, in four languages.
//
// Texts stand in locale/<language>/<area>.json, flat: "area.key": "text". An area is a function, a noun or "fault", whose keys are
// "fault." and the code of the refusal. A text may hold arguments:
//
//	"team.count": {"one": "{{.Count}} person works here", "other": "{{.Count}} people work here"}
//	"team.hello": "Good morning, {{.Name}}"
//
//	words.T(words.English, "team.count", "Count", 2)
//
// The argument Count chooses the plural form. A text that is missing, and an argument that is missing, show as the key: a reader
// never sees a raw placeholder. Under Strict, which tests switch on, they panic.
//
// A language is read when its first text is wanted, so that a function which shows no text pays nothing at its start.
package words
