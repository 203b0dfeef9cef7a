<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Recon.System + " " + Recon.Date) ?>
<nav class="crumbs" aria-label="<?cs var:W.recon.above ?>"><a href="/console/recons"><?cs var:W.recon.all ?></a></nav>
<div class="head"><h1><?cs var:Recon.System ?> <?cs var:Recon.Date ?></h1>
<?cs if:May.Run ?><div class="actions"><?cs call:button("/console/recon/run?system=" + Recon.System + "&date=" + Recon.Day, "", "", W.recon.run, "btn-main") ?> <?cs call:button("/console/recon/run?system=" + Recon.System + "&date=" + Recon.Day, "lines", "1", W.recon.run_lines, "btn-plain") ?></div><?cs /if ?></div>
<div id="live-recon" data-live>
<?cs if:Job.Day ?><p role="status"><?cs call:state("pending", Job.Phase) ?> <?cs if:Job.Total ?><progress max="<?cs var:Job.Total ?>" value="<?cs var:Job.Done ?>" aria-label="<?cs var:Job.Phase ?>"></progress> <?cs var:Job.Done ?> / <?cs var:Job.Total ?><?cs elif:Job.Runs ?><?cs var:Job.Done ?><?cs /if ?> <?cs var:W.recon.since ?> <?cs var:Job.Since ?> <?cs var:Job.By ?></p><?cs /if ?>
<?cs if:Recon.There ?>
<p><?cs call:state(Recon.Colour, Recon.State) ?> <?cs if:Recon.Lined ?><?cs var:W.recon.by_lines ?><?cs else ?><?cs var:W.recon.by_totals ?><?cs /if ?></p>
<?cs if:Recon.Why ?><div class="alert alert-danger" role="alert"><?cs var:W.recon.why ?><?cs var:Recon.Why ?><br><small><?cs var:Recon.WhyText ?></small></div><?cs /if ?>
<section aria-labelledby="s-totals"><h2 id="s-totals"><?cs var:W.recon.totals ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.recon.side ?></th><th scope="col" class="money"><?cs var:W.recon.count ?></th><th scope="col" class="money"><?cs var:W.recon.amount ?></th></tr></thead>
<tbody><tr><th scope="row"><?cs var:W.recon.ours ?></th><td class="money"><?cs var:Recon.OursCount ?></td><td class="money">¥<?cs var:Recon.OursAmount ?></td></tr>
<tr><th scope="row"><?cs var:W.recon.theirs ?></th><td class="money"><?cs var:Recon.TheirsCount ?></td><td class="money">¥<?cs var:Recon.TheirsAmount ?></td></tr>
<tr><th scope="row"><?cs var:W.recon.difference ?></th><td class="money"><?cs var:Recon.DifferenceCount ?></td><td class="money">¥<?cs var:Recon.Difference ?></td></tr></tbody></table></div></section>
<?cs if:Recon.Lined ?><section aria-labelledby="s-classes"><h2 id="s-classes"><?cs var:W.recon.classes ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.recon.class ?></th><th scope="col" class="money"><?cs var:W.recon.count ?></th></tr></thead>
<tbody><tr><th scope="row"><?cs var:W.recon.matched ?></th><td class="money"><?cs var:Recon.Matched ?></td></tr>
<?cs each:c = Class ?><tr><th scope="row"><?cs if:Items && c.Count > 0 ?><a href="/console/items?state=any&amp;system=<?cs var:url_escape(Recon.System) ?>&amp;class=<?cs var:url_escape(c.Name) ?>&amp;from=<?cs var:Recon.Date ?>&amp;to=<?cs var:Recon.Date ?>"><?cs var:c.Label ?></a><?cs else ?><?cs var:c.Label ?><?cs /if ?></th><td class="money"><?cs var:c.Count ?></td></tr>
<?cs /each ?></tbody></table></div>
<p class="form-text"><?cs var:W.recon.lines ?> <?cs var:Recon.Lines ?><?cs if:Recon.Ruled ?> · <?cs var:W.recon.ruled ?> <?cs var:Recon.Ruled ?><?cs /if ?></p></section><?cs /if ?>
<p class="form-text"><?cs var:W.recon.ended ?> <?cs var:Recon.EndedAt ?> <?cs var:Recon.By ?></p>
<?cs elif:!Job.Day ?><?cs call:empty_plain(W.recon.empty) ?><?cs /if ?>
<?cs if:subcount(Doubt) > 0 ?><section aria-labelledby="s-doubts"><h2 id="s-doubts"><?cs var:W.recon.doubts ?></h2>
<p class="form-text"><?cs var:W.recon.doubts_help ?></p>
<ul><?cs each:d = Doubt ?><li><a class="number" href="/console/txn?id=<?cs var:d.Id ?>"><?cs var:d.Number ?></a></li><?cs /each ?></ul></section><?cs /if ?>
</div>
<?cs call:history() ?>
<?cs call:page_end() ?>
