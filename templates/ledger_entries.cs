<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.ledger_entries.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.ledger_entries.crumbs ?>"><a href="/console/ledger"><?cs var:W.ledger_entries.back ?></a></nav>
<div class="head"><h1><?cs var:W.ledger_entries.title ?><?cs if:Named.Account ?> · <?cs var:Named.Account ?> <?cs var:Named.Of ?><?cs /if ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.code) ?><?cs call:filter(Form.org) ?><?cs call:filter(Form.keeper) ?><?cs call:filter(Form.from) ?><?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Entry) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.ledger_entries.date ?></th><th scope="col"><?cs var:W.ledger_entries.at ?></th><th scope="col"><?cs var:W.ledger_entries.kind ?></th><th scope="col"><?cs var:W.ledger_entries.posting ?></th><th scope="col"><?cs var:W.ledger_entries.keeper ?></th><th scope="col" class="money"><?cs var:W.ledger_entries.debit ?></th><th scope="col" class="money"><?cs var:W.ledger_entries.credit ?></th></tr></thead><tbody>
<?cs each:e = Entry ?><tr><td><?cs var:e.Date ?></td><td class="time"><?cs var:e.At ?></td><td><?cs var:e.Kind ?></td><td><a class="number" href="/console/posting?id=<?cs var:e.Posting ?>"><?cs var:e.Posting ?></a></td><td><a href="/console/ledger/account?id=<?cs var:e.Keeper ?>"><?cs if:e.Owner ?><?cs var:e.Owner ?><?cs else ?><?cs var:e.Keeper ?><?cs /if ?></a></td><td class="money"><?cs var:e.Debit ?></td><td class="money"><?cs var:e.Credit ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty(W.ledger_entries.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
