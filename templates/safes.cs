<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.safes.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.safes.where ?>"><a href="/console/remit"><?cs var:W.safes.all ?></a></nav>
<h1><?cs var:W.safes.title ?></h1>
<?cs if:subcount(Safe) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.safes.org ?></th><th scope="col"><?cs var:W.safes.code ?></th><th scope="col" class="money"><?cs var:W.safes.waiting ?></th><th scope="col"><?cs var:W.action ?></th></tr></thead>
<tbody><?cs each:s = Safe ?><tr><td><?cs var:s.Name ?></td><td class="number"><?cs var:s.Code ?></td><td class="money">¥<?cs var:s.Waiting ?></td><td><?cs if:s.Some ?><a href="/console/remit/send?id=<?cs var:s.Id ?>"><?cs var:W.safes.send ?></a><?cs else ?><span class="none"><?cs var:W.safes.nothing ?></span><?cs /if ?></td></tr><?cs /each ?></tbody></table></div>
<?cs else ?><?cs call:empty_plain(W.safes.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
