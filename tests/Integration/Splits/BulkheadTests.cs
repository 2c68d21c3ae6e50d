using System.Collections.Concurrent;
using Cano.Testing;

namespace Cano.Integration.Splits;

public sealed class BulkheadTests
{
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "K12")]
    public async Task A_bulkhead_bounds_how_many_branches_run_at_once()
    {
        var pair = new Gate();
        var counts = new ConcurrentBag<int>();
        int running = 0,
            started = 0;
        ITask<Stage> Branch(string name) =>
            CanoTask.From<Stage>(
                name,
                async (_, _) =>
                {
                    counts.Add(Interlocked.Increment(ref running));
                    if (Interlocked.Increment(ref started) == 2)
                        pair.Open();
                    await pair.HoldAsync();
                    Interlocked.Decrement(ref running);
                    return Stage.End;
                }
            );
        var join = Branches.Joining(JoinStrategy.All).WithBulkhead(2);
        await Branches
            .Split(join, _ => { }, Branch("a"), Branch("b"), Branch("c"), Branch("d"), Branch("e"))
            .OrchestrateAsync(Stage.Start);
        Assert.Equal((2, 5), (counts.Max(), started));
    }

    [Fact]
    [Trait("ID", "K12")]
    public async Task An_attempt_timeout_does_not_count_the_wait_for_a_place()
    {
        var gate = new Gate();
        var timed = CanoTask.From<Stage>(
            "timed",
            (_, _) => new(Stage.End),
            TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1))
        );
        var join = Branches.Joining(JoinStrategy.All).WithBulkhead(1);
        var run = Branches
            .Split(join, _ => { }, Branches.Waiting("slow", gate), timed)
            .WithTimeProvider(_time)
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        _time.Advance(TimeSpan.FromMinutes(1));
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "K12"), Trait("ID", "Y1")]
    public async Task No_branch_starts_once_the_verdict_is_certain()
    {
        var late = CanoTask.From<Stage>("late", (_, _) => Marked("late"));
        var join = Branches.Joining(JoinStrategy.Any).WithBulkhead(1);
        await Branches
            .Split(join, _ => { }, Branches.Succeeding("first"), late)
            .OrchestrateAsync(Stage.Start);
        Assert.Empty(_trail.Marks);
    }

    private ValueTask<Stage> Marked(string mark)
    {
        _trail.Add(mark);
        return new(Stage.End);
    }
}
