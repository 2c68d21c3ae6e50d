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
    public async Task It_shows_its_diagram_and_a_line_for_each_round()
    {
        _run.WriteMany(130);
        using var output = new StringWriter { NewLine = "\n" };
        await _run.RunAsync(output, default);

        Assert.StartsWith("stateDiagram-v2\n", output.ToString());
        Assert.Contains(
            "\n    44 of 130 files\n    87 of 130 files\n   130 of 130 files\nReport: ",
            output.ToString()
        );
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
        using var first = new StopAt("120 of 300", stop);

        var (exitCode, errors) = await _run.RunAsync(first, stop.Token);
        Assert.Equal(TextPipelineProgram.Stopped, exitCode);
        Assert.Equal("TextPipeline: stopped; run the same command again to go on", OneLine(errors));
        Assert.False(File.Exists(_run.ReportPath));

        // It was stopped inside "advance", before the row after it: the second round is added up again.
        using var second = new StringWriter { NewLine = "\n" };
        Assert.Equal((TextPipelineProgram.Succeeded, ""), await _run.RunAsync(second, default));
        var resumed = "Resuming in state \"advance\": 60 of 300 files were done.\n   120 of 300 files\n";
        Assert.Contains(resumed, second.ToString());
        Assert.DoesNotContain("60 of 300 files\n", second.ToString());
        Assert.Equal(undisturbed, await File.ReadAllTextAsync(_run.ReportPath));
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

    /// <summary>Asks the run to stop as soon as it tells a certain progress.</summary>
    private sealed class StopAt(string progress, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.Contains(progress, StringComparison.Ordinal))
                stop.Cancel();
        }
    }
}
