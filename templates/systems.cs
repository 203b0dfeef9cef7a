<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.systems.title) ?>
<div class="head"><h1><?cs var:W.systems.title ?></h1><?cs call:exports() ?></div>
<?cs if:subcount(System) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.systems.name ?></th><th scope="col"><?cs var:W.systems.state ?></th><th scope="col" class="money"><?cs var:W.systems.last_ms ?></th><th scope="col" class="money"><?cs var:W.systems.calls ?></th><th scope="col" class="money"><?cs var:W.systems.rate ?></th><th scope="col" class="money"><?cs var:W.systems.calls_now ?></th><th scope="col" class="money"><?cs var:W.systems.txns ?></th><th scope="col" class="money"><?cs var:W.systems.doubt ?></th><th scope="col"><?cs var:W.systems.oldest ?></th></tr></thead>
<tbody><?cs each:s = System ?>
<tr><td><a href="/console/system?name=<?cs var:url_escape(s.Name) ?>"><?cs var:s.Name ?></a></td><td><?cs call:state(s.Colour, s.State) ?></td><td class="money"><?cs if:s.LastMs ?><?cs var:s.LastMs ?> ms<?cs else ?>–<?cs /if ?></td><td class="money"><?cs var:s.Calls ?></td><td class="money"><?cs if:s.ErrorRate ?><?cs var:s.ErrorRate ?><?cs else ?>–<?cs /if ?></td><td class="money"><?cs var:s.InFlight ?></td><td class="money"><?cs var:s.TxnsInFlight ?></td><td class="money"><?cs var:s.InDoubt ?></td><td class="time"><?cs var:s.Oldest ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty_plain(W.systems.empty) ?><?cs /if ?>
<p class="form-text"><?cs var:W.systems.how ?></p>
<?cs call:page_end() ?>
