namespace Cano.Reliability.Starts;

// How deeds are done.
internal sealed partial class History
{
    private Issued Issue(Deed deed)
    {
        tally.Add(deed.Kind);
        if (deed.Kind == DeedKind.Let)
        {
            var body = _bodies.OpenOf(deed.Id!);
            var let = new Issued(deed with { Body = body }, _now, Task.FromResult(Rules.Ok));
            _bodies.Let(deed.Id!, deed.Goes);
            return let;
        }

        if (deed.Kind == DeedKind.Break)
            _bodies.Break(deed.Id!, !deed.Goes);
        return new Issued(deed, _now, AnswerAsync(deed));
    }

    private async Task<string> AnswerAsync(Deed deed)
    {
        try
        {
            await CallAsync(deed).ConfigureAwait(false);
            return Rules.Ok;
        }
        catch (CanoException refused)
        {
            return refused.Error.Category;
        }
    }

    private Task CallAsync(Deed deed)
    {
        var (engine, id) = (_life.Engine, deed.Id!);
        var workflow = _life.Of(deed.Plot);
        var initial = Known.Of(deed.Plot).State;
        switch (deed.Kind)
        {
            case DeedKind.Start:
                return engine.StartAsync(workflow, initial, id);
            case DeedKind.GetOrStart:
                return engine.GetOrStartAsync(workflow, initial, id);
            case DeedKind.Retry:
                return engine.RetryAsync(id);
            case DeedKind.Cancel:
                return engine.CancelAsync(id);
            case DeedKind.Forget:
                return engine.ForgetAsync(id);
            case DeedKind.Suspend:
                return engine.SuspendAsync();
            case DeedKind.Resume:
                return ResumeAsync(engine);
            case DeedKind.Wait:
                _clock.Advance(Deed.Pause);
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private async Task ResumeAsync(CanoEngine engine)
    {
        var resumed = new Resumed();
        _resumes.Add(resumed);
        await foreach (var end in engine.ResumeAsync().ConfigureAwait(false))
            resumed.Add(end);
        resumed.End();
    }
}
