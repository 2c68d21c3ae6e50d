using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Runs that are there, and that this build cannot go on with.</summary>
public sealed class HeldTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "X8"), Trait("ID", "T10")]
    public async Task A_run_whose_values_cannot_be_decoded_is_left_alone_told_and_found(string kind)
    {
        using var home = Engines.Home(kind);
        await LeaveAsync(home, new CanoEngineOptions { Codec = new Turned() });
        await HeldAsync(home, new(), Engines.Saga(_trail, _gate), "'turned'");
        await GoesOnAsync(home, new() { Codec = new Turned() });
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "X8")]
    public async Task A_run_whose_state_is_gone_is_left_alone_told_and_found(string kind)
    {
        using var home = Engines.Home(kind);
        await LeaveAsync(home, new());
        var without = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End);
        await HeldAsync(home, new(), without, "'Work'");
        await GoesOnAsync(home, new());
    }

    private async Task LeaveAsync(EngineHome home, CanoEngineOptions options)
    {
        await using var engine = await home.OpenAsync(options);
        var gate = new Gate();
        var workflow = Engines.Saga(_trail, gate);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
    }

    /// <summary>However long the engine runs, it is tried once.</summary>
    private static async Task HeldAsync(
        EngineHome home,
        CanoEngineOptions options,
        Workflow<Stage> workflow,
        string why
    )
    {
        var time = new VirtualTime();
        var logger = new KeepingLogger();
        await using var engine = await home.OpenAsync(
            options with
            {
                TimeProvider = time,
                LoggerFactory = new OneLogger(logger),
            }
        );
        engine.Add(workflow);
        var before = await engine.HistoryAsync("order-1");
        var end = Assert.Single(await Engines.ResumedAsync(engine));
        Assert.Equal(("order-1", RunStatus.Suspended), (end.RunId, end.Status));
        Assert.Contains(why, end.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(0, time.WaitingCount);
        var found = Assert.Single(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
        Assert.Contains(why, found.Held, StringComparison.Ordinal);
        Assert.Equal(0, found.Tries);
        Assert.Equal(before.Count, (await engine.HistoryAsync("order-1")).Count);
        Assert.Single(logger.Warnings, text => text.Contains("order-1", StringComparison.Ordinal));
    }

    private async Task GoesOnAsync(EngineHome home, CanoEngineOptions options)
    {
        _gate.Open();
        await using var engine = await home.OpenAsync(options);
        engine.Add(Engines.Saga(_trail, _gate));
        Assert.Equal(RunStatus.Completed, Assert.Single(await Engines.ResumedAsync(engine)).Status);
        Assert.Empty(await StartTests.ListAsync(engine, RunQuery.NeedsAttention));
        Assert.Equal(1, _trail.CountOf("pay"));
    }

    /// <summary>Each byte the other way round.</summary>
    internal sealed class Turned : IPayloadCodec
    {
        public string Name => "turned";

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) => Turn(plain);

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => Turn(stored);

        private static byte[] Turn(ReadOnlyMemory<byte> bytes) => [.. bytes.ToArray().Select(b => (byte)~b)];
    }
}
