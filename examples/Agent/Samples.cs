namespace Cano.Examples.Agent;

/// <summary>What a new folder begins with.</summary>
public static class Samples
{
    private const string Sum = """
        # What the model says of this task, line by line: first its plan, then a reply after each call.
        # {1} is what came of the first call, {last} of the newest. "otherwise" is said when the call above it
        # failed or was refused.
        plan read the numbers, add them up, write the sum down
        call read numbers.txt
        call calculate {1}
        call write sum.txt The sum is {2}.
        otherwise done The sum is {2}. It is not written down: {last}.
        done The sum is {2}. It is written down in sum.txt.
        """;

    private const string Letter = """
        plan work out the half of the sum, and tell ada
        call read numbers.txt
        call calculate ({1}) / 2
        call mail ada Your half is {2}.
        otherwise call mail bob Ada's half is {2}; would you tell her?
        done The letter is {last}.
        otherwise done Nobody may be told.
        """;

    private const string Endless = """
        # A script that ends without "done" says its last line for ever.
        plan count to two, again and again
        call calculate 1 + 1
        """;

    /// <summary>Scripts and a file, when the folder has none.</summary>
    public static void Write(Settings settings)
    {
        if (Directory.Exists(settings.ScriptsPath))
            return;
        Directory.CreateDirectory(settings.FilesPath);
        File.WriteAllText(Path.Combine(settings.FilesPath, "numbers.txt"), "12 + 30\n");
        // Made elsewhere and moved: a process that dies meanwhile leaves a folder that is new to the next.
        var making = $"{settings.ScriptsPath}.new";
        Directory.CreateDirectory(making);
        File.WriteAllText(Path.Combine(making, "sum.txt"), $"{Sum}\n");
        File.WriteAllText(Path.Combine(making, "letter.txt"), $"{Letter}\n");
        File.WriteAllText(Path.Combine(making, "endless.txt"), $"{Endless}\n");
        Directory.Move(making, settings.ScriptsPath);
    }
}
