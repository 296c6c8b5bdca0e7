// What another tab asks this one to show, as a "select" event of the panel.
kb.onOpen('lookup', ({unit, reference}) => {
  trigger('select', {kind: unit ? 'unit' : 'reference', turn: 0, n: 0, unit: unit || reference || ''});
});
