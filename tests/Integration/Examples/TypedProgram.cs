using System.Text;
using System.Threading.Channels;
using Cano.Examples.Expenses;

namespace Cano.Integration.Examples;

/// <summary>Somebody at the prompt of the expenses.</summary>
internal sealed class ExpensesPrompt : TextWriter
{
    private const string Mark = "no-command";

    private readonly Channel<string> _typed = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _printed = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _ended;

    public ExpensesPrompt(string folder, TimeProvider? time = null, params string[] more)
    {
        var program = new ExpensesProgram(this, Null)
        {
            ReadLineAsync = ReadLineAsync,
            Time = time ?? TimeProvider.System,
        };
        _ended = program.RunAsync(["--journal", folder, .. more], _stop.Token);
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => _printed.Writer.TryWrite(value ?? "");

    /// <summary>Types lines, and reads on until a line has these words in it.</summary>
    public async Task HearAsync(string words, params string[] typed)
    {
        foreach (var line in typed)
            _typed.Writer.TryWrite(line);
        while (!(await NextAsync()).Contains(words, StringComparison.Ordinal)) { }
    }

    /// <summary>Types a line, and reads all that is printed until it has been obeyed.</summary>
    public async Task<IReadOnlyList<string>> AnswerAsync(string typed)
    {
        _typed.Writer.TryWrite(typed);
        _typed.Writer.TryWrite(Mark);
        var printed = new List<string>();
        while (await NextAsync() is var line && !line.Contains(Mark, StringComparison.Ordinal))
            printed.Add(line);
        return printed;
    }

    /// <summary>The input is over.</summary>
    public Task<int> EndAsync()
    {
        _typed.Writer.TryComplete();
        return _ended.Soon();
    }

    /// <summary>Ctrl-C.</summary>
    public Task<int> StopAsync()
    {
        _stop.Cancel();
        return _ended.Soon();
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private Task<string> NextAsync() => _printed.Reader.ReadAsync().AsTask().Soon();

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        await _typed.Reader.WaitToReadAsync(cancellationToken)
            ? await _typed.Reader.ReadAsync(cancellationToken)
            : null;
}
