using System.Collections.Concurrent;
using System.Diagnostics;
using Cano.Examples.TextPipeline;

namespace Cano.Integration.Examples;

[Collection(StartsProcesses.Name)]
public sealed class TextPipelineTests : IDisposable
{
    private readonly TextPipelineRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Its_report_counts_the_text_files_and_names_the_others()
    {
        _run.Write("b/second.txt", "the end\nof the line");
        _run.Write("first.txt", "The fox, the hen;\nthe café 🦊\n");
        _run.Write("empty.txt", "");
        _run.Write("picture.png", "PNG\0data");
        _run.Write("bin/skipped.txt", "never read");

        Assert.Equal((TextPipelineProgram.Succeeded, ""), await _run.RunAsync(TextWriter.Null, default));
        Assert.Equal(
            """
            Text report
            ===========

            Files                                3
            Lines                                4
            Words                               11
            Different words                      7
            Characters                          48
            Not read                             1

            Most frequent words
            -------------------
            the                                  5
            café                                 1
            end                                  1
            fox                                  1
            hen                                  1
            line                                 1
            of                                   1

            Largest files (characters)
            --------------------------
                      29  first.txt
                      19  b/second.txt
                       0  empty.txt

            Files that could not be read
            ----------------------------
            picture.png: binary

            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(_run.ReportPath)
        );
    }

    [Fact]
    public async Task It_says_what_it_does_and_sums_up_what_it_found()
    {
        _run.WriteMany(130);
        using var output = new StringWriter { NewLine = "\n" };
        await _run.RunAsync(output, default);
        Assert.Equal(
            $"""
            Reads {_run.Folder}, journaled in {_run.JournalDirectory}
            {_run.RunId}: begins
            {_run.RunId}: Completed in done
            Files                              130
            Lines                              260
            Words                              780
            Different words                    138
            Characters                       3,530
            Not read                             0
            Most frequent words: 130 (130), file (130), of (130), word0 (70), word1 (69)
            Report: {_run.ReportPath}

            """.ReplaceLineEndings("\n"),
            output.ToString()
        );
    }

    [Fact]
    public async Task Its_diagram_is_printed_when_it_is_asked_for_and_nothing_else_is_done()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var program = new TextPipelineProgram(output, TextWriter.Null);
        Assert.Equal(TextPipelineProgram.Succeeded, await program.RunAsync(["--diagram"], default));
        Assert.StartsWith("stateDiagram-v2\n", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("begins", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_pictures_among_the_texts_is_not_in_its_way()
    {
        _run.WriteMany(150);
        for (var i = 0; i < 100; i++)
            _run.Write($"pictures/{i}.png", "\0");
        Assert.Equal((TextPipelineProgram.Succeeded, ""), await _run.RunAsync(TextWriter.Null, default));
    }

    [Fact]
    public async Task Stopped_half_way_it_says_how_to_go_on_and_then_ends_with_the_same_report()
    {
        _run.WriteMany(300);
        var undisturbed = await _run.UndisturbedReportAsync();
        using var stop = new CancellationTokenSource();
        var first = new StopAt(120, stop);

        var (exitCode, errors) = await _run.RunAsync(TextWriter.Null, stop.Token, first);
        Assert.Equal(TextPipelineProgram.Stopped, exitCode);
        Assert.Equal("TextPipeline: stopped; run the same command again to go on", OneLine(errors));
        Assert.False(File.Exists(_run.ReportPath));

        using var output = new StringWriter { NewLine = "\n" };
        var second = new StopAt(int.MaxValue, stop);
        Assert.Equal((TextPipelineProgram.Succeeded, ""), await _run.RunAsync(output, default, second));
        Assert.Contains(": goes on in ", output.ToString(), StringComparison.Ordinal);
        // The round in which it was stopped may be added up again, and none before it.
        Assert.All(second.Told, done => Assert.True(done >= 120, $"{done} files"));
        Assert.Equal(undisturbed, await File.ReadAllTextAsync(_run.ReportPath));
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_stops_it_in_order(string signal, int exitCode)
    {
        _run.WriteMany(200);
        using var process = _run.Start("--pace", "100");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (line.EndsWith(": begins", StringComparison.Ordinal))
                break;
        using (var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("TextPipeline: stopped; run the same command again to go on", OneLine(errors));
        Assert.Equal(exitCode, process.ExitCode);
        Assert.NotEmpty(await _run.RowsAsync());
    }

    [Theory]
    [InlineData("there is no folder", "nowhere")]
    [InlineData("is a file", "a.txt")]
    [InlineData("there are no files in", "empty")]
    [InlineData("unknown option '--nix'", "", "--nix")]
    [InlineData("--out needs a value", "", "--out")]
    [InlineData("--pace takes a whole number", "", "--pace", "soon")]
    [InlineData("one folder at a time", "", "another")]
    public async Task A_mistake_is_told_in_one_line(string told, string folder, params string[] more)
    {
        _run.Write("a.txt", "text");
        Directory.CreateDirectory(Path.Combine(_run.Folder, "empty"));
        using var errors = new StringWriter();
        var program = new TextPipelineProgram(TextWriter.Null, errors);
        string[] arguments = [Path.Combine(_run.Folder, folder), "--out", _run.ReportPath, .. more];
        var exitCode = await program.RunAsync(arguments, default);

        Assert.Equal(TextPipelineProgram.Misused, exitCode);
        Assert.Contains(told, OneLine(errors.ToString()));
        Assert.False(Directory.Exists(_run.JournalDirectory));
    }

    [Theory]
    [Trait("ID", "F31")]
    [InlineData]
    [InlineData("--fresh")]
    public async Task A_folder_without_text_fails_in_one_line_and_can_be_begun_anew(params string[] more)
    {
        _run.Write("a.bin", "\0");
        _run.Write("b.bin", "\0");
        var (exitCode, errors) = await _run.RunAsync(TextWriter.Null, default);
        Assert.Equal(TextPipelineProgram.Failed, exitCode);
        Assert.Contains("too few files of a round could be read", OneLine(errors));

        _run.Write("a.bin", "now it is text");
        var anew = await _run.RunAsync(TextWriter.Null, default, more);
        Assert.Equal((TextPipelineProgram.Succeeded, ""), anew);
    }

    [Fact]
    [Trait("ID", "F31")]
    public async Task A_folder_of_binaries_is_told_file_by_file_and_leaves_nothing_to_go_on_with()
    {
        for (var i = 0; i < 5; i++)
            _run.Write($"photo[{i}].jpg", "\0");
        File.WriteAllBytes(Path.Combine(_run.Folder, "latin.txt"), [0x63, 0xe9]);
        for (var time = 0; time < 2; time++)
        {
            using var output = new StringWriter();
            var (exitCode, errors) = await _run.RunAsync(output, default);
            Assert.Equal(TextPipelineProgram.Failed, exitCode);
            Assert.Equal(
                "TextPipeline: too few files of a round could be read, and nothing is left to do: "
                    + "latin.txt (not UTF-8), photo[0].jpg (binary), photo[1].jpg (binary), "
                    + "photo[2].jpg (binary), photo[3].jpg (binary), photo[4].jpg (binary)",
                OneLine(errors)
            );
            Assert.DoesNotContain("Resuming", output.ToString());
            Assert.Empty(await _run.RowsAsync());
        }
    }

    [Fact]
    public async Task A_process_of_its_own_exits_with_the_code_and_without_a_stack_trace()
    {
        using var process = _run.Start("--nix");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(TextPipelineProgram.Misused, process.ExitCode);
        Assert.Equal("TextPipeline: unknown option '--nix'; see --help", OneLine(errors));
    }

    private static string OneLine(string errors) =>
        Assert.Single(errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Asks the run to stop as soon as it tells of so many files.</summary>
    private sealed class StopAt(int files, CancellationTokenSource stop) : IWorkflowObserver
    {
        private readonly ConcurrentQueue<double> _told = [];

        public IReadOnlyCollection<double> Told => _told;

        public void OnProgress(RunPoint at, RunProgress progress)
        {
            _told.Enqueue(progress.Done);
            if (progress.Done >= files)
                stop.Cancel();
        }
    }
}
