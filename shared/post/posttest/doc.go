// Package posttest plays the mail provider: a stand-in of Amazon SES that speaks the real protocol to the SDK's own client, keeps every
// mail it accepts, can be told to fail in the ways that providers fail, and reports what becomes of the mails as SES does. Tests and the
// house on one machine use it.
//
//	ses := posttest.NewSES(posttest.Options{Publish: toQueue})
//	defer ses.Close()
//
// What becomes of a mail depends on the part of the address before the @, as with the mailbox simulator of SES ("+label" may follow):
//
//	bounce             Send, then Bounce (Permanent, General)
//	suppressionlist    Send, then Bounce (Permanent, OnAccountSuppressionList)
//	complaint          Send, Delivery, then Complaint
//	ooto               Send, Delivery, then Bounce (Transient, General): an absence note
//	full               Send, then Bounce (Transient, MailboxFull); SES itself has no such mailbox
//	reject             Send, then Reject; SES itself does this for a virus
//	any other          Send, then Delivery
//
// Conformance is the test that every driver of shared/post passes.
package posttest
