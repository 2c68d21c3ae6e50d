using System.Security.Cryptography;
using System.Text;
using Cano.Examples.Encrypted;
using Cano.Integration.InputOutput;
using Cano.Runtime.Data;

namespace Cano.Integration.Examples;

public sealed class EncryptedTests
{
    private readonly KeepingStore _store = new() { KeepsBytes = true };
    private readonly List<string> _seen = [];
    private bool _isMended;

    [Fact]
    [Trait("ID", "T10")]
    public void KeyChange_reads_what_was_sealed_under_either_key()
    {
        using var output = new StringWriter { NewLine = "\n" };
        KeyChange.Run(output);
        Assert.Equal(
            """
            66 bytes under the old key, 66 under the new one
            {"Card":"4111 1111 1111 1111"}
            {"Card":"5500 0000 0000 0004"}
            there is no key '2026-01' any more

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    [Trait("ID", "T10")]
    public async Task A_run_goes_on_after_the_key_was_changed_and_waits_for_one_that_is_gone()
    {
        var old = KeyRing.Empty.With("old", RandomNumberGenerator.GetBytes(32));
        await Failures.OfAsync(With(old).StartAsync(Stage.Start, "4111 1111"));
        var changed = old.With("new", RandomNumberGenerator.GetBytes(32));

        var error = await Failures.OfAsync(With(changed.Without("old")).ResumeFromAsync("run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("there is no key 'old' any more", error.Message, StringComparison.Ordinal);
        Assert.Equal(["4111 1111"], _seen);

        _isMended = true;
        Assert.Equal(Stage.End, await With(changed).ResumeFromAsync("run"));
        Assert.Equal(["4111 1111", "4111 1111"], _seen);
        Assert.DoesNotContain(_store.Rows, row => Text(row).Contains("4111", StringComparison.Ordinal));
        Assert.Contains("\u0003old", Text(_store.Rows[0]), StringComparison.Ordinal);
        Assert.Contains("\u0003new", Text(_store.Rows[^1]), StringComparison.Ordinal);
    }

    private static string Text(CheckpointRow row) => Encoding.Latin1.GetString(row.ToBytes());

    /// <summary>Its only state gives the input as the output; it fails until it is mended.</summary>
    private Workflow<Stage> With(KeyRing keys)
    {
        var workflow = GivenRuns.Choosing(Pass).WithCheckpointStore(_store);
        var options = workflow.Setup.Options with { Values = new ValueCodec(codec: new SealedValues(keys)) };
        return new(workflow.Setup with { Options = options });

        Stage Pass(TaskContext context)
        {
            _seen.Add(context.Input<string>());
            context.SetOutput(context.Input<string>());
            return _isMended ? Stage.End : throw new IOException("no");
        }
    }
}
