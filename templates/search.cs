<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.search.title) ?>
<h1><?cs var:W.search.title ?></h1>
<?cs if:subcount(Found) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.search.what ?></th><th scope="col"><?cs var:W.search.name ?></th></tr></thead>
<tbody><?cs each:f = Found ?><tr><td><?cs var:f.Kind ?></td><td><a href="<?cs var:url_validate(f.Href) ?>"><?cs var:f.Name ?></a></td></tr><?cs /each ?></tbody></table></div>
<?cs else ?><p class="empty"><?cs if:Find ?><?cs var:W.search.nothing ?><?cs else ?><?cs var:W.search.how ?><?cs /if ?></p><?cs /if ?>
<?cs call:page_end() ?>
