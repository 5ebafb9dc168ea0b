// What scrolls sideways can be scrolled by keyboard, too. The theme wraps tables after loading.
new MutationObserver(() => {
  for (const each of document.querySelectorAll('.md-typeset__scrollwrap, pre > code')) each.tabIndex = 0;
}).observe(document.body, {childList: true, subtree: true});
