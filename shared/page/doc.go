// Package page makes the HTML of every page: layout, components, style sheet, the few scripts, and the headers that go with them.
//
// A function keeps its pages in pages/<name>.html, the content of <main> only, and writes one with
//
//	//go:embed pages
//	var files embed.FS
//
//	var pages = page.New(files)
//
//	pages.Write(w, r, http.StatusOK, "pending", page.Frame{
//		Title: "invitations.title", Clinic: clinic.Name, Person: staff.Name, Place: "invitations", Zone: zone,
//	}, data)
//
// Nothing is parsed before the first page. A file pages/_<name>.html is no page but holds {{define}} blocks for the others; Go embeds it
// only where the directive says all:pages. Errors of a form go into Frame.Errors: the layout shows the summary, with links to the fields,
// above the content; the components show each beside its field. A POST that is answered with a page (not with a redirect) sets Frame.Self
// to an address that shows the page by GET, or leaves it empty: then no choice of language is offered, because what was typed would be
// lost. A refusal that belongs to no form is Refuse.
//
// # In a page
//
// Dot is a View; inside range and with, the View is $. A page begins with its one h1, usually <h1>{{.Title}}</h1>.
//
//	{{.Data}}                        what the handler gave
//	{{.T "team.hello" "Name" .X}}    text of the catalogue
//	{{.Fault "invite.expired"}}      text of a refusal's code
//	{{.Title}} {{.Lang}} {{.Clinic}} {{.Person}}
//	{{.Date .T}} {{.DateTime .T}}    in the reader's language and the clinic's zone
//	{{.Error "mail"}}                what is wrong with a field, or ""
//	<script src="{{.Asset "join.js"}}" defer></script>
//
// # Components
//
// They take texts, not keys, and after the arguments named options as pairs; an unknown option is an error.
//
//	{{.Field "mail" (.T "x.mail") .Data.Mail "type" "email" "autocomplete" "email" "hint" (.T "x.mail.hint")}}
//	    options: type hint autocomplete inputmode width ("short", "code") optional (true)
//	{{.Password "password" (.T "x.password") "autocomplete" "new-password" "hint" (.T "x.rule")}}
//	    options: hint autocomplete (current-password where not given)
//	{{.Area "note" (.T "x.note") .Data.Note}}                                options: hint rows optional
//	{{.Select "lang" (.T "x.lang") .Data.Lang .Data.Langs}}                  options: hint empty optional
//	{{.Radios "role" (.T "x.role") .Data.Role (.Choices "assistant" (.T "x.assistant") "doctor" (.T "x.doctor"))}}   option: hint
//	{{.Checkboxes "roles" (.T "x.roles") .Data.Roles}}                       option: hint
//	    choices are a []page.Choice{Value, Text, Hint, On}, or {{.Choices "value" "text" ...}}
//	{{.Action "/invitations/inv_1/withdraw" (.T "x.withdraw") "look" "danger" "about" .Name "hidden:once" .Once}}
//	    a form with one button; options: look ("quiet", "danger", "link", "link danger"), about (heard, not seen), hidden:<field>
//	{{.Tasks .Data.Tasks}}                                                   []page.Task{Text, Href, Hint, Done, Tag}
//	{{.Groups .Data.Code}}                                                   a code in groups for the telephone
//
// The id of a field is "field-" and its name.
//
// # Patterns in plain HTML
//
//	<form method="post" action="..." novalidate> ... <button>{{.T "common.save"}}</button></form>
//	<button>, <a class="button" href="...">; class="quiet" beside the main one, class="danger" for what cannot be undone
//	<p class="lead">, <p class="hint">, <p class="small">, <span class="unseen">
//	<div class="notice"> or "notice warn", "notice bad": <h2>, <p>
//	<div class="panel"><h1>..</h1><p>..</p></div>                            confirmation; then <h2>{{.T "common.next_steps"}}</h2>
//	<ol class="steps"><li>..</li></ol>                                       numbered steps
//	<dl class="facts"><div><dt>..</dt><dd>..</dd></div></dl>                 a thing and its values
//	<span class="tag"> or "tag good", "tag warn", "tag bad"                  a state
//	<div class="actions">{{.Action ..}}{{.Action ..}}</div>
//	<details><summary>..</summary> .. </details>
//	<table class="cards"><caption>..</caption><thead><tr><th scope="col">..</thead>
//	  <tbody><tr><th scope="row">Name</th><td data-label="Mail">..</td></tr></tbody></table>
//	    a row is a card on a phone; every td carries its column's name in data-label, but for the one with the actions
//	    <td class="tight"> does not break its line (dates)
//	<article class="letter"> in a Frame with Plain: one printed sheet; class="noprint" for what is not printed, such as
//	    <p class="noprint">{{.T "common.print.how"}}</p>; buttons and Frame.Back are never printed
//
// Tests run words.Strict() in TestMain and give every page they get to pagetest.Problems.
package page
