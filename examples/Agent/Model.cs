using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>What the model said: which tool to use, or else its answer.</summary>
public sealed record Reply(ToolCall? Call, string Answer)
{
    private const string CallWord = "call";
    private const string DoneWord = "done";

    /// <summary>"call read numbers.txt" or "done 42"; what is neither is taken for an answer.</summary>
    public static Reply Of(string text) =>
        text.Split(' ', 3) switch
        {
            [CallWord, var tool] => new(new ToolCall(tool, ""), ""),
            [CallWord, var tool, var arguments] => new(new ToolCall(tool, arguments), ""),
            [DoneWord, ..] => new(null, text[DoneWord.Length..].Trim()),
            _ => new(null, text),
        };
}

/// <summary>Stands in for a model that is paid for each answer: it takes its time, says what a script says,
/// and has each answer on its bill. Asked again under a key, it gives the answer that it gave, and nothing is
/// paid.</summary>
/// <param name="scripts">The folder of its scripts, a text file for each task.</param>
/// <param name="bill">What was paid for.</param>
/// <param name="pace">How long a question is on its way, and again its answer.</param>
public sealed class Model(string scripts, Ledger bill, TimeSpan pace)
{
    /// <summary>The tasks that it has a script for.</summary>
    public IEnumerable<string> Tasks =>
        Directory.EnumerateFiles(scripts, "*.txt").Select(Path.GetFileNameWithoutExtension).Order()!;

    public Task<string> PlanAsync(string task, string key, CancellationToken cancellationToken) =>
        AnswerAsync(key, () => ScriptOf(task).Plan, cancellationToken);

    /// <summary>What to do next, after what was done.</summary>
    public async Task<Reply> NextAsync(
        string task,
        IReadOnlyList<Deed> deeds,
        string key,
        CancellationToken cancellationToken
    ) => Reply.Of(await AnswerAsync(key, () => ScriptOf(task).After(deeds), cancellationToken));

    private Script ScriptOf(string task) => Script.Read(Path.Combine(scripts, $"{task}.txt"));

    private async Task<string> AnswerAsync(string key, Func<string> think, CancellationToken token)
    {
        await Task.Delay(pace, TimeProvider.System, token);
        var answer = bill.Find(key) ?? think();
        bill.Write(key, answer);
        // Paid it is, whether or not the answer arrives.
        await Task.Delay(pace, TimeProvider.System, token);
        return answer;
    }
}
