<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.params.title) ?>
<div class="head"><h1><?cs var:W.params.title ?><?cs if:Org.Name ?> · <?cs var:Org.Name ?><?cs /if ?></h1><?cs call:exports() ?></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.org) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Param) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.params.name ?></th><th scope="col"><?cs var:W.params.value ?></th><th scope="col"><?cs var:W.params.from ?></th><th scope="col"><?cs var:W.params.standard ?></th><th scope="col"><?cs var:W.params.help ?></th></tr></thead>
<tbody><?cs each:p = Param ?>
<tr><td><a href="/console/param?name=<?cs var:p.Key ?>&amp;org=<?cs var:url_escape(Org.Code) ?>"><?cs var:p.Name ?></a></td><td><strong><?cs var:p.Value ?></strong></td><td><?cs if:p.Set ?><?cs call:state("pending", W.params.set_here) ?><?cs elif:p.From ?><?cs var:p.From ?><?cs else ?><span class="none"><?cs var:W.params.standard ?></span><?cs /if ?></td><td><?cs var:p.Default ?></td><td class="text"><?cs var:p.Help ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty_plain(W.params.empty) ?><?cs /if ?>
<?cs call:page_end() ?>
