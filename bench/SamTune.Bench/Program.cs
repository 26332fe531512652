using SamTune.Bench;

bool isChild = args.Length > 0 && args[0] == ChildBench.Flag;
string[] words = isChild ? args[1..] : args;
IBench[] benches =
[
    .. typeof(IBench).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IBench)))
        .Select(t => (IBench)Activator.CreateInstance(t)!).OrderBy(b => b.Name, StringComparer.Ordinal),
];
if (words is [AllBenches.Name, ..])
{
    return AllBenches.Run(benches, words[1..]);
}

if (benches.FirstOrDefault(b => words.Length > 0 && b.Name == words[0]) is not { } bench)
{
    IEnumerable<string> lines = benches.Select(b => $"  {b.Name}: {b.Description}").Append($"  {AllBenches.Name}: {AllBenches.Description}");
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench/SamTune.Bench -- NAME\n{string.Join('\n', lines)}");
    return 2;
}

string machine = isChild ? "" : Machine.Describe();
BenchReport report = bench.Run(words[1..]);
Console.Write(report.ToMarkdown(machine));
return report.Rows.Any(r => r.Holds == false) ? 1 : 0;
