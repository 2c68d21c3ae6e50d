using Cano.Integration.Engines.Children;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>The last row of a run is durable, and who wrote it hears of a failure.</summary>
public sealed class LostEndTests
{
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "S17")]
    public async Task Who_waits_for_the_end_of_a_run_hears_of_it()
    {
        await using var engine = await OpenAsync("order-1");
        var workflow = new Family(_trail).Quick();
        var run = await engine.Add(workflow).StartAsync(workflow, Stage.Start, "order-1", 21).Soon();
        Assert.Equal(Stage.End, await _time.RunAsync(run.Completion()).Soon());
        Assert.Equal(["run order-1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "V2"), Trait("ID", "S17")]
    public async Task The_parent_of_a_child_hears_of_its_end()
    {
        await using var engine = await OpenAsync("order-1/1");
        var family = new Family(_trail);
        var parent = family.ParentOf(family.Quick(), (_, end) => end.IsSuccess ? Stage.End : Stage.Stop);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await _time.RunAsync(run.Completion()).Soon());
        Assert.Equal(["run order-1/1"], _trail.Marks);
    }

    private Task<CanoEngine> OpenAsync(string runId) =>
        CanoEngine.OpenAsync(
            new ForgetfulStore(new MemoryCheckpointStore(_time), runId),
            new CanoEngineOptions { TimeProvider = _time }
        );

    /// <summary>Takes the last row of a run, and says that it has not.</summary>
    private sealed class ForgetfulStore(ICheckpointStore inner, string runId)
        : DelegatingCheckpointStore(inner)
    {
        public override async ValueTask AppendAsync(
            string id,
            CheckpointRow row,
            long fence,
            CancellationToken cancellationToken = default
        )
        {
            await base.AppendAsync(id, row, fence, cancellationToken);
            if (id == runId && row.Kind == RowKind.Finished)
                throw new IOException("the answer is lost");
        }
    }
}
