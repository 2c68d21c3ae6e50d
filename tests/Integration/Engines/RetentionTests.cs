using Cano.Testing;

namespace Cano.Integration.Engines;

public sealed class RetentionTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S15")]
    public async Task What_has_expired_goes_within_a_minute_though_nothing_else_ends(string kind)
    {
        var time = new VirtualTime();
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(
            new() { TimeProvider = time, Retention = Retention.KeepFor(TimeSpan.FromHours(1)) }
        );
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithName("orders");
        engine.Add(workflow);
        await (await engine.StartAsync(workflow, Stage.Start, "order-1")).Completion().Soon();
        // A node beats besides.
        var timers = kind == "on a store in memory" ? 2 : 1;
        await PassAsync(TimeSpan.FromMinutes(59));
        Assert.Single(await StartTests.ListAsync(engine, RunQuery.All));
        await PassAsync(TimeSpan.FromMinutes(1));
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.Null(await engine.FindAsync("order-1"));

        async Task PassAsync(TimeSpan span)
        {
            await time.WhenBackgroundAsync(timers).Soon();
            time.Advance(span);
            // What was due has been done when the next look is waited for.
            await time.WhenBackgroundAsync(timers).Soon();
        }
    }
}
