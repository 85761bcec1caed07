// A mailed link carries its secret behind the #, where no server and no log sees it. This puts it into the form, for the person to
// send, and takes it out of the address bar. It sends nothing by itself. (Short ones are anchors of the page, such as #main.)
{
  const secret = location.hash.slice(1);
  const field = document.querySelector('main [name="link"]');
  if (field && secret.length > 20) {
    field.value = secret;
    for (const asking of [field.closest('.field'), document.querySelector('.nolink')]) if (asking) asking.hidden = true;
    history.replaceState(null, '', location.pathname + location.search);
    // Whoever changes the language comes back with the link: a browser carries what is behind the # through a redirect.
    for (const form of document.querySelectorAll('form[action="/language"]')) form.action = '/language#' + secret;
  }
}
