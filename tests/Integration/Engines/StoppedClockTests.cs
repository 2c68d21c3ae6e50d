using Cano.Integration.Engines.Children;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>What comes to a run that waits is heard, not looked for: it arrives while the clock
/// stands.</summary>
public sealed class StoppedClockTests
{
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly DateTimeOffset _now;
    private readonly Family _family;

    public StoppedClockTests()
    {
        _now = _time.GetUtcNow();
        _family = new Family(_trail);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U6")]
    public async Task A_signal_arrives(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var workflow = new Approvals(_trail).Of();
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Next, "expense-1").Soon();
        await Approvals.WaitingAsync(engine).Soon();
        await run.SignalAsync(Approvals.Refuse).Soon();
        Assert.Equal(Stage.Stop, await run.Completion().Soon());
        Assert.Equal(_now, _time.GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U6")]
    public async Task A_cancel_arrives(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var workflow = new Approvals(_trail).Of();
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Next, "expense-1").Soon();
        await Approvals.WaitingAsync(engine).Soon();
        await run.CancelAsync("no money left").Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(["undo 5"], _trail.Marks);
        Assert.Equal(_now, _time.GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U6"), Trait("ID", "V2")]
    public async Task The_end_of_a_child_arrives(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var child = _family.Child();
        var parent = _family.ParentOf(child, (_, end) => end.Exit);
        engine.Add(parent);
        var run = await engine.StartAsync(parent, Stage.Start, "order-1").Soon();
        await Family.WaitingAsync(engine, "order-1/1").Soon();
        await engine.SignalAsync("order-1/1", Family.Finish).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(_now, _time.GetUtcNow());
    }
}
