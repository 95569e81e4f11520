import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import software.amazon.event.ruler.Machine;

/** Reads `{"patterns": […], "events": […]}`, writes for each event the indices of the patterns that match it. */
public class Judge {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode asked = json.readTree(System.in);
    Machine rules = new Machine();
    int index = 0;
    for (JsonNode pattern : asked.get("patterns")) rules.addRule(String.valueOf(index++), pattern.toString());
    ArrayNode answer = json.createArrayNode();
    for (JsonNode event : asked.get("events")) {
      ArrayNode matching = answer.addArray();
      rules.rulesForJSONEvent(event.toString()).stream().map(Integer::valueOf).sorted().forEach(matching::add);
    }
    System.out.println(answer);
  }
}
