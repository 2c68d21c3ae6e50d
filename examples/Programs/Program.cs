// Small programs, one a file: `dotnet run --project examples/Programs -- three-sources`.
using Cano.Examples.Programs;

var programs = new SortedDictionary<string, (string About, Func<TextWriter, Task> RunAsync)>
{
    ["crash-and-resume"] = ("a run dies inside a task and goes on there", CrashAndResume.RunAsync),
    ["custom-store"] = ("a class of your own in the place of the key-value store", CustomStore.RunAsync),
    ["data-processing"] = ("three processors over the same numbers", DataProcessing.RunAsync),
    ["join-strategies"] = ("the six ways to join a split", JoinStrategies.RunAsync),
    ["order"] = ("a linear workflow with two exits", Order.RunAsync),
    ["three-sources"] = ("three sources read in parallel, then added up", ThreeSources.RunAsync),
};

if (args is [var name] && programs.TryGetValue(name, out var program))
{
    await program.RunAsync(Console.Out);
    return 0;
}

var listing = args.Length == 0 ? Console.Out : Console.Error;
if (args.Length > 0) listing.WriteLine($"There is no program '{string.Join(' ', args)}'. There are:");
foreach (var (known, (about, _)) in programs) listing.WriteLine($"{known,-18}{about}");
return args.Length == 0 ? 0 : 2;
