namespace Cano.Integration.Engines;

public sealed class WatchTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X12")]
    public async Task Watching_gives_a_run_now_then_its_changes_and_ends_with_its_end(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        var workflow = StartTests.Gated(gate);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        var seen = new List<RunInfo>();
        await foreach (var run in engine.WatchAsync("order-1"))
        {
            seen.Add(run);
            gate.Open();
        }

        Assert.Equal(RunStatus.Running, seen[0].Status);
        Assert.Equal(RunStatus.Completed, seen[^1].Status);
        await Assert.ThrowsAsync<CanoException>(async () =>
        {
            await foreach (var _ in engine.WatchAsync("none")) { }
        });
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "T10")]
    public async Task A_codec_of_the_user_s_stands_around_every_value_and_outputs_are_read_through_it(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new CanoEngineOptions { Codec = new Turned() });
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                context =>
                {
                    context.SetOutput(context.Input<string>() + "!");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1", "secret").Soon();
        Assert.Equal("secret!", await run.OutputAsync<string>().Soon());
        Assert.Equal("\"secret\"", (await run.DescribeAsync()).InputJson);
        var first = (await engine.HistoryAsync("order-1"))[0];
        Assert.Equal("turned", first.Codec);
        Assert.DoesNotContain(
            "secret",
            System.Text.Encoding.UTF8.GetString(first.ToBytes()),
            StringComparison.Ordinal
        );
        var same = await engine.GetOrStartAsync(workflow, Stage.Start, "order-1", "secret").Soon();
        Assert.Equal(Stage.End, await same.Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "W4")]
    public async Task A_run_s_description_has_the_newest_progress_at_once_until_its_next_state(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var (first, second) = (new Gate(), new Gate());
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    context.ReportProgress(1, 8, "files");
                    context.ReportProgress(3, 8, "files");
                    await first.PassAsync(token);
                    return Stage.Work;
                }
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    await second.PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await first.Entered.Soon();
        Assert.Equal(new RunProgress(3, 8, "files"), (await run.DescribeAsync()).Progress);
        first.Open();
        await second.Entered.Soon();
        Assert.Null((await run.DescribeAsync()).Progress);
        second.Open();
        await run.Completion().Soon();
        Assert.Null((await run.DescribeAsync()).Progress);
    }

    private sealed class Turned : IPayloadCodec
    {
        public string Name => "turned";

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) => Turn(plain);

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => Turn(stored);

        private static byte[] Turn(ReadOnlyMemory<byte> bytes) =>
            [.. bytes.ToArray().Select(one => (byte)(one ^ 0x5A))];
    }
}
