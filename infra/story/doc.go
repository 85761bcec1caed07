// Package story tells the manuals as stories that people act in, against the house as it is run on one machine: the built binaries behind
// their gateway, the double of AWS, and a mail provider that notes what it would send. It holds tests only.
//
// There are two ways to tell one. testdata/<manual>.txtar is a script whose commands are what people do, in the clinic's words, with the
// lines of the manual beside them; its people read pages as HTML and send forms by their fields. The tests with a real browser walk the
// same way in Chromium, by mouse, by keyboard alone, on a phone, without scripts, and let axe-core look at each page.
//
//	go test ./infra/story                       everything
//	go test ./infra/story -run Stories/000 -v   one manual
//	go test ./infra/story -update               writes the pictures in docs/images anew
//	go test ./infra/story -pictures DIR         keeps a picture of each page that was looked at
//
// A story has a clinic of its own: the people of the demo with other ids and mailboxes. So stories do not see each other.
package story
