<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Param.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.param.above ?>"><a href="/console/params?org=<?cs var:url_escape(Param.OrgCode) ?>"><?cs var:W.param.all ?> · <?cs var:Param.Org ?></a></nav>
<div class="head"><h1><?cs var:Param.Name ?></h1>
<?cs if:May.Change ?><div class="actions"><a class="btn btn-sm btn-main" href="/console/param/change?name=<?cs var:Param.Key ?>&amp;org=<?cs var:url_escape(Param.OrgCode) ?>"><?cs var:W.param.change ?></a></div><?cs /if ?></div>
<?cs if:WhyNot ?><p class="why"><?cs var:WhyNot ?></p><?cs /if ?>
<p><?cs var:Param.Help ?></p>
<dl class="facts">
<?cs call:fact(W.param.value, Param.Value) ?>
<div><dt><?cs var:W.param.from ?></dt><dd><?cs if:Param.Set ?><?cs call:state("pending", W.param.set_here) ?><?cs elif:Param.From ?><?cs var:Param.From ?><?cs else ?><?cs var:W.param.standard ?><?cs /if ?></dd></div>
<?cs if:Param.Set ?><?cs call:fact(W.param.inherited, Param.Inherited) ?><?cs /if ?>
<?cs call:fact(W.param.standard, Param.Default) ?>
<?cs if:Param.Range ?><?cs call:fact(W.param.range, Param.Range) ?><?cs /if ?>
<div><dt><?cs var:W.param.key ?></dt><dd class="number"><?cs var:Param.Key ?></dd></div>
<?cs call:fact(W.param.org, Param.Org) ?>
</dl>
<?cs if:!Param.TopOnly ?><section aria-labelledby="s-below"><h2 id="s-below"><?cs var:W.param.below ?></h2>
<?cs if:subcount(Below) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.param.org ?></th><th scope="col"><?cs var:W.param.value ?></th></tr></thead>
<tbody><?cs each:b = Below ?><tr><td><a href="/console/param?name=<?cs var:Param.Key ?>&amp;org=<?cs var:url_escape(b.Code) ?>"><?cs var:b.Org ?></a></td><td><?cs var:b.Value ?></td></tr>
<?cs /each ?></tbody></table></div><?cs if:BelowMore ?><p class="pages"><?cs var:W.param.below_more ?></p><?cs /if ?><?cs else ?><?cs call:empty_plain(W.param.no_below) ?><?cs /if ?></section><?cs /if ?>
<?cs call:history() ?>
<?cs call:page_end() ?>
