// Keys of the page, which act wherever the control that has the keyboard does not use them itself.

/** @param actions by key, such as {' ': pause} */
export function onKeys(actions) {
  document.addEventListener('keydown', event => {
    const {target, key} = event, act = actions[key];
    if (!act || keeps(target, key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act();
  });
}

/** Whether a control uses a key itself. */
export function keeps(control, key) {
  if (control.matches('input[type=search], select')) return true;
  if (control.matches('input[type=range], [role=slider], [role=tab]')) return key.length > 1;
  return control.matches('button') && key === ' ';
}

/** Who clicks a button wants no more of it; who reaches it by Tab wants its keys, too. */
document.addEventListener('click', ({target}) => leave(target.closest('button:not([role=tab])')));
document.addEventListener('change', ({target}) => leave(target.closest('select')));

function leave(control) {
  if (control?.matches(':focus:not(:focus-visible)')) control.blur();
}
