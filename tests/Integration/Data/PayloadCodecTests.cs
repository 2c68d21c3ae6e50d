using System.Text;
using Cano.Integration.InputOutput;
using Cano.Runtime.Data;

namespace Cano.Integration.Data;

/// <summary>A codec of the user's stands between a run's values and the journal.</summary>
public sealed class PayloadCodecTests
{
    private const string Secret = "s3cret";

    private readonly KeepingStore _store = new() { KeepsBytes = true };
    private readonly List<string> _told = [];
    private bool _isMended;

    [Fact]
    [Trait("ID", "T10")]
    public async Task No_value_that_a_user_gives_is_in_the_journal_as_it_is_and_a_resume_reads_them_all()
    {
        var workflow = With(new Mirror("mirror"));
        Assert.Equal("generic", (await Failures.OfAsync(workflow.StartAsync(Stage.Start, Secret))).Category);
        _isMended = true;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        Assert.Equal(["step", "again s3cret s3cret s3cret", "again s3cret s3cret s3cret"], _told);
        Assert.DoesNotContain(_store.Rows, row => Text(row).Contains(Secret, StringComparison.Ordinal));
        Assert.All(
            _store.Rows.Where(row => Text(row).Contains(Mirror.Of(Secret), StringComparison.Ordinal)),
            row => Assert.Equal("mirror", row.Codec)
        );
        foreach (
            var kind in new[]
            {
                RowKind.StateEntered,
                RowKind.CursorAdvanced,
                RowKind.StepCompleted,
                RowKind.Snapshot,
                RowKind.Finished,
            }
        )
            Assert.Contains(
                _store.Rows,
                row =>
                    row.Kind == kind
                    && row.Codec == "mirror"
                    && Text(row).Contains(Mirror.Of(Secret), StringComparison.Ordinal)
            );
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task A_compensation_gets_the_output_that_was_given_though_it_is_encoded()
    {
        _isMended = true;
        var workflow = With(new Mirror("mirror"))
            .Register(Stage.Last, _ => throw new IOException("no"), TaskConfig.Minimal);
        await Failures.OfAsync(workflow.StartAsync(Stage.Start, Secret));
        Assert.Equal("undo s3cret", _told[^1]);
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task Rows_without_a_codec_are_read_as_they_are_and_what_follows_is_encoded()
    {
        await Failures.OfAsync(With(null).StartAsync(Stage.Start, Secret));
        Assert.All(_store.Rows, row => Assert.Null(row.Codec));
        var plain = _store.Rows.Count;
        _isMended = true;
        Assert.Equal(Stage.End, await With(new Mirror("mirror")).ResumeFromAsync("run"));
        Assert.DoesNotContain(
            _store.Rows.Skip(plain),
            row => Text(row).Contains(Secret, StringComparison.Ordinal)
        );
        Assert.Equal("again s3cret s3cret s3cret", _told[^1]);
    }

    [Theory]
    [InlineData("other")]
    [InlineData(null)]
    [Trait("ID", "T10")]
    public async Task Rows_of_another_codec_are_refused_and_left_as_they_are(string? other)
    {
        await Failures.OfAsync(With(new Mirror("mirror")).StartAsync(Stage.Start, Secret));
        await RefusedAsync(With(other is null ? null : new Mirror(other)), "encoded by 'mirror'");
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task Values_that_the_codec_cannot_decode_are_no_damage_and_no_failure()
    {
        await Failures.OfAsync(With(new Mirror("mirror")).StartAsync(Stage.Start, Secret));
        await RefusedAsync(With(new Mirror("mirror") { Failing = "no key" }), "no key");
        _isMended = true;
        Assert.Equal(Stage.End, await With(new Mirror("mirror")).ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task What_the_codec_throws_is_the_error_of_who_gives_the_value()
    {
        var codec = new Mirror("mirror") { Failing = "no key" };
        var workflow = With(codec);
        var error = await Failures.OfAsync(workflow.StartAsync(Stage.Start, Secret));
        Assert.Equal("configuration", error.Category);
        Assert.Contains("no key", error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Rows);

        error = await Failures.OfAsync(
            With(codec)
                .Register(Stage.Start, context => Put(context), TaskConfig.Minimal)
                .OrchestrateAsync(Stage.Start, "run")
        );
        Assert.Equal(("store", "Start"), (error.Category, error.State));
        Assert.Contains("no key", error.Message, StringComparison.Ordinal);

        static Stage Put(TaskContext context)
        {
            context.Store.Put("key", Secret);
            return Stage.Work;
        }
    }

    private async Task RefusedAsync(Workflow<Stage> workflow, string why)
    {
        var (rows, told) = (_store.Rows.Count, _told.Count);
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal((rows, told), (_store.Rows.Count, _told.Count));
    }

    private static string Text(CheckpointRow row) => Encoding.Latin1.GetString(row.ToBytes());

    /// <summary>Keeps the input as data, as a cursor, as a receipt and as the output; then fails until it is
    /// mended.</summary>
    private Workflow<Stage> With(IPayloadCodec? codec)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<string>(
                Stage.Start,
                (context, at, _) => new(Step(context, at)),
                TaskConfig.Minimal
            )
            .RegisterWithCompensation<string>(
                Stage.Work,
                (context, _) => new((Stage.Next, context.Input<string>())),
                (_, receipt, _) =>
                {
                    _told.Add($"undo {receipt}");
                    return default;
                }
            )
            .Register(Stage.Next, _ => Stage.Last)
            .Register(Stage.Last, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .WithSnapshotEvery(5)
            .WithCheckpointStore(_store);
        var options = workflow.Setup.Options with { Values = new ValueCodec(null, codec) };
        return new Workflow<Stage>(workflow.Setup with { Options = options });
    }

    private StepOutcome<string, Stage> Step(TaskContext context, Cursor<string> at)
    {
        if (at.Or("") is { Length: > 0 } cursor)
        {
            _told.Add($"again {cursor} {context.Store.Get<string>("kept")} {context.Input<string>()}");
            return _isMended
                ? StepOutcome.Done(Stage.Work)
                : throw new CanoException(CanoError.Generic("no"));
        }

        _told.Add("step");
        context.Store.Put("kept", context.Input<string>());
        context.SetOutput(context.Input<string>());
        return StepOutcome.More(context.Input<string>());
    }

    /// <summary>Keeps every byte in its mirror image.</summary>
    private sealed class Mirror(string name) : IPayloadCodec
    {
        public string Name => name;

        /// <summary>What decoding and encoding throw.</summary>
        public string? Failing { get; init; }

        public static string Of(string text) =>
            Encoding.Latin1.GetString(Turned(Encoding.Latin1.GetBytes(text)));

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) =>
            Failing is { } why ? throw new InvalidOperationException(why) : Turned(plain.ToArray());

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => Encode(stored);

        private static byte[] Turned(byte[] bytes) => Array.ConvertAll(bytes, one => (byte)~one);
    }
}
