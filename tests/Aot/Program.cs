using Cano.Aot;

// Proves that a program compiled ahead of time begins, dies, resumes and undoes runs: 0 when all held.
switch (args)
{
    case []:
        return await Journey.CheckAsync();
    case ["begin", var directory]:
        return await Journey.BeginAndDieAsync(directory);
    case ["hello", var directory]:
        return await Hello.RunAsync(directory);
    case ["open", var directory]:
        return await Hello.OpenAsync(directory);
    case ["floor", var directory]:
        return Hello.Flush(directory);
    default:
        await Console.Error.WriteLineAsync("usage: Cano.Aot [begin | hello | open | floor DIRECTORY]");
        return 2;
}
