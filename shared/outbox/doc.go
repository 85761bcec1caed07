// Package outbox is the letters that are to be sent: each is put in by the transaction of the act it tells of, and taken from here by the
// courier alone.
//
// Invariants:
//   - A letter that was committed is sent, or its end says why not. Nothing takes it out but its TTL (P02).
//   - A letter is handed to the provider once. It is handed over again only when whoever had it fell silent, Window has passed, and the
//     provider has reported nothing of it in that time. That is marked (resent_unsure), and ends after Resends times: a link that comes
//     twice does less harm than one that never comes.
//   - What the provider reports is believed in any order, any number of times, before or after our own record of sending (P15). Of two
//     facts the higher one in the list below stays.
//   - The letter itself, which holds an address and maybe a link, is kept encrypted (KMS LetterKey, bound to the message id) and erased
//     when it is known to be sent or has failed for good.
//   - At most PerHour letters go to one mailbox in an hour, over all clinics (P47).
//
// States, each with its rank. A letter only goes up, but for two steps: who has a letter may put it back, and an exhausted one may be
// taken up again.
//
//	rank  status      reason     how it gets there                                          letter kept
//	 0    queued                 committed; or put back by who had it, certainly not sent   yes
//	10    sending                a courier has taken it (lease, lease_until, attempt)       yes
//	20    failed      exhausted  tried to the end; a redrive takes it up again              yes
//	20    failed      refused    the provider, or the rules of mail, refuse it for good     no
//	20    failed      too_many   its mailbox had its share this hour                        no
//	20    failed      uncertain  sent again Resends times, and never a word of any of it    no
//	30    sent                   the provider has accepted it                               no
//	40    bounced     returned   it came back for a reason that passes                      no
//	50    delivered              the recipient's server has it                              no
//	60    failed      rejected   the provider found something bad in it after accepting it  no
//	70    bounced                it came back for good                                      no
//	80    suppressed             the provider would not try this mailbox any more           no
//	90    complained             the recipient called it spam                               no
//
// An absence note is a passing bounce after a delivery, so "delivered" is above "returned"; a server that takes a mail and returns it
// for good is believed in the second, so "bounced" is above "delivered".
//
// Items of OutboxTable:
//
//	key                                   what                                             read by
//	message_id = msg_...                  a letter and what became of it                   the courier by key; pending lists, many by key,
//	                                                                                       status and reason only
//	message_id = to#<sha256>#<hour>       which letters went to a mailbox in an hour (UTC) only counted
//
// The table's stream tells the courier of new items; the template's filter lets only letters through.
package outbox
