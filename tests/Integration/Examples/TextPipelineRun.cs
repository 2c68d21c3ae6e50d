using System.Diagnostics;
using Cano.Examples.TextPipeline;

namespace Cano.Integration.Examples;

/// <summary>A folder for the text pipeline, with a report and a journal beside it.</summary>
internal sealed class TextPipelineRun : IDisposable
{
    private readonly TempDirectory _directory = new();

    public TextPipelineRun() => Directory.CreateDirectory(Folder);

    public string Folder => _directory.File("folder");

    public string ReportPath => _directory.File("report.txt");

    public string JournalDirectory => _directory.File("journal");

    public string RunId => PipelineOptions.Parse([Folder]).RunId;

    private string[] Arguments => [Folder, "--out", ReportPath];

    public void Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>As many small files as asked for, each with words of its own.</summary>
    public void WriteMany(int count)
    {
        for (var i = 0; i < count; i++)
            Write($"{i % 7}/{i:D4}.txt", $"file {i} of {count}\nword{i % 5} word{i % 3}\n");
    }

    /// <summary>The report of a run that nothing disturbs, with a journal of its own.</summary>
    public async Task<string> UndisturbedReportAsync()
    {
        using var elsewhere = new TempDirectory();
        var report = elsewhere.File("report.txt");
        var program = new TextPipelineProgram(TextWriter.Null, TextWriter.Null);
        var exitCode = await program.RunAsync([Folder, "--out", report], default);
        Assert.Equal(TextPipelineProgram.Succeeded, exitCode);
        return await File.ReadAllTextAsync(report);
    }

    /// <summary>Runs the program in this process.</summary>
    public Task<(int ExitCode, string Errors)> RunAsync(
        TextWriter output,
        CancellationToken stop,
        params string[] more
    ) => RunAsync(output, stop, observer: null, more);

    /// <summary>Runs the program in this process, watched.</summary>
    public async Task<(int ExitCode, string Errors)> RunAsync(
        TextWriter output,
        CancellationToken stop,
        IWorkflowObserver? observer,
        params string[] more
    )
    {
        using var errors = new StringWriter();
        var program = new TextPipelineProgram(output, errors) { Observer = observer };
        var exitCode = await program.RunAsync([.. Arguments, .. more], stop);
        return (exitCode, errors.ToString());
    }

    /// <summary>Starts the program as a process of its own.</summary>
    public Process Start(params IEnumerable<string> more)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "TextPipeline.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. Arguments, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>What the journal holds of the run, while no process has it open.</summary>
    public async Task<IReadOnlyList<CheckpointRow>> RowsAsync()
    {
        await using var journal = await FasterCheckpointStore.OpenAsync(JournalDirectory);
        return await journal.LoadRunAsync(RunId);
    }

    public void Dispose() => _directory.Dispose();
}
