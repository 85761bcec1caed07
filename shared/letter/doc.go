// Package letter is what the house says by mail: one typed struct per message, and its wording in four languages.
//
// Who has something to say fills a struct and puts it into the outbox in the transaction of the act. The courier alone turns it into a
// mail:
//
//	raw, err := mime.Raw(sender, l, message, now)
//
// Invariants:
//   - No struct has a field for an activation code, so no mail can hold one (A14). A token of a link is in Invitation only.
//   - A letter holds no address of a page. Links are made here, from the origin that the sender was configured with (T53).
//   - What people typed (names) is one line of bounded length without links in it, wherever it appears. It cannot add a header, a part
//     or markup (T53).
//   - A missing text or value is an error and stops this one mail; a raw placeholder never leaves (P28).
//   - The same letter, message id and time give the same bytes.
//
// Letters and who gets them:
//
//	Invitation       the invited person, with the link
//	InvitationMoved  the mailbox an invitation was sent to before its address was changed; says nothing of the new one
//	Welcome          who has just made a login
//	Linked           who has let a login they had work in one more clinic
package letter
