import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Signs one call to a Writ gateway, sends it and verifies the signed answer. Java 17, nothing but its own library.
 *
 * <pre>java WritSign.java METHOD URL [BODY-FILE]</pre>
 *
 * WRIT_KEY: file with the private key, PEM (PKCS#8), Ed25519 or P-256. WRIT_KEY_ID: its key id, the thumbprint of the
 * public key. WRIT_PROVIDER: file with the answer of /v1/provider, saved once and its thumbprint compared by telephone.
 * WRIT_CA: file with a certificate authority to trust instead of the system's (optional).
 *
 * On stdout is what the provider has signed, and nothing else. The exit code is 0 for a verified answer of 2xx.
 * docs/signing.md explains each step.
 */
public class WritSign {
  static final int LIFETIME = 60, LONGEST = 300, SKEW = 30; // seconds

  /** Not DER, which "SHA256withECDSA" writes: on the wire are the two numbers, 32 bytes each. */
  static final String ECDSA = "SHA256withECDSAinP1363Format";

  /** The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them. */
  static final Pattern ANSWER = Pattern.compile("writ=(\\(\"@status\" \"content-digest\" \"content-type\" \"signature\";req\\)"
      + ";created=([0-9]{1,15});expires=([0-9]{1,15});keyid=\"([A-Za-z0-9_-]{43})\";alg=\"ecdsa-p256-sha256\";tag=\"writ\")");

  /** What stands before every public key of P-256, in base64. It ends where a group of four ends. */
  static final String P256_SPKI = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";

  static class NotVerified extends Exception {
    NotVerified(String reason) {
      super(reason);
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 2 && args.length != 3) {
      System.err.println("usage: java WritSign.java METHOD URL [BODY-FILE]");
      System.exit(1);
    }
    byte[] body = args.length == 3 ? Files.readAllBytes(Path.of(args[2])) : new byte[0];
    Map<String, PublicKey> keys = providerKeys(Files.readString(Path.of(System.getenv("WRIT_PROVIDER"))));
    PrivateKey key = readKey(Files.readString(Path.of(System.getenv("WRIT_KEY"))));
    URI uri = URI.create(args[1]);
    if (!"https".equals(uri.getScheme())) throw new IllegalArgumentException("the URL is not https");

    Map<String, String> fields = signRequest(key, System.getenv("WRIT_KEY_ID"), args[0], uri, body);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(args[0],
        body.length > 0 ? HttpRequest.BodyPublishers.ofByteArray(body) : HttpRequest.BodyPublishers.noBody());
    fields.forEach(request::setHeader);
    // The client follows no redirect and unpacks nothing: what arrives is what was signed.
    HttpClient client = HttpClient.newBuilder().sslContext(trust(System.getenv("WRIT_CA"))).build();
    HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    try {
      verifyAnswer(keys, answer, fields.get("signature"));
    } catch (NotVerified reason) {
      System.err.println(answer.statusCode() + ", not verified: " + reason.getMessage());
      System.exit(1);
    }
    System.out.write(answer.body());
    System.out.flush();
    System.err.println(answer.statusCode() + ", verified");
    System.exit(answer.statusCode() / 100 == 2 ? 0 : 1);
  }

  /** The fields to send. */
  static Map<String, String> signRequest(PrivateKey key, String keyId, String method, URI uri, byte[] body)
      throws Exception {
    String covered = "\"@method\" \"@authority\" \"@path\" \"@query\"";
    // The raw pieces, as the client will write them.
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    String base = "\"@method\": " + method + "\n\"@authority\": "
        + uri.getRawAuthority().toLowerCase().replaceFirst(":443$", "") + "\n\"@path\": " + path + "\n\"@query\": ?" + query + "\n";
    Map<String, String> fields = new HashMap<>();
    if (body.length > 0) {
      fields.put("content-digest", digestField(body));
      fields.put("content-type", "application/json");
      covered += " \"content-digest\" \"content-type\"";
      base += "\"content-digest\": " + digestField(body) + "\n\"content-type\": application/json\n";
    }
    boolean isEc = key.getAlgorithm().equals("EC");
    byte[] nonce = new byte[24];
    new SecureRandom().nextBytes(nonce);
    long created = Instant.now().getEpochSecond();
    String params = "(" + covered + ");created=" + created + ";expires=" + (created + LIFETIME) + ";nonce=\"" + base64url(nonce)
        + "\";keyid=\"" + keyId + "\";alg=\"" + (isEc ? "ecdsa-p256-sha256" : "ed25519") + "\";tag=\"writ\"";
    Signature signer = Signature.getInstance(isEc ? ECDSA : "Ed25519");
    signer.initSign(key);
    signer.update((base + "\"@signature-params\": " + params).getBytes(StandardCharsets.US_ASCII));
    fields.put("signature-input", "writ=" + params);
    fields.put("signature", "writ=:" + Base64.getEncoder().encodeToString(signer.sign()) + ":");
    return fields;
  }

  /** Throws unless the provider signed this answer, to this request, just now. */
  static void verifyAnswer(Map<String, PublicKey> keys, HttpResponse<byte[]> answer, String asked) throws Exception {
    Map<String, String> field = new HashMap<>();
    for (String name : new String[] {"content-digest", "content-type", "signature-input", "signature"}) {
      var lines = answer.headers().allValues(name);
      if (lines.size() != 1) throw new NotVerified(name + " is not there once");
      field.put(name, lines.get(0).strip());
    }
    if (!field.get("content-digest").equals(digestField(answer.body())))
      throw new NotVerified("the body is not the one that was signed");
    Matcher read = ANSWER.matcher(field.get("signature-input"));
    Matcher signed = Pattern.compile("writ=:([A-Za-z0-9+/]{86}==):").matcher(field.get("signature"));
    if (!read.matches() || !signed.matches()) throw new NotVerified("the signature has another form than the provider's");
    long created = Long.parseLong(read.group(2)), expires = Long.parseLong(read.group(3));
    long now = Instant.now().getEpochSecond();
    if (created > now + SKEW || now >= expires || expires - created > LONGEST)
      throw new NotVerified("the signature is not of now");
    PublicKey key = keys.get(read.group(4));
    if (key == null) throw new NotVerified("the key is not one of the provider's");
    String base = "\"@status\": " + answer.statusCode() + "\n\"content-digest\": " + field.get("content-digest")
        + "\n\"content-type\": " + field.get("content-type") + "\n\"signature\";req: " + asked
        + "\n\"@signature-params\": " + read.group(1);
    Signature verifier = Signature.getInstance(ECDSA);
    verifier.initVerify(key);
    verifier.update(base.getBytes(StandardCharsets.US_ASCII));
    if (!verifier.verify(Base64.getDecoder().decode(signed.group(1)))) throw new NotVerified("the signature does not hold");
  }

  /** The provider's keys by the thumbprint that we compute: what a document says of itself proves nothing. */
  static Map<String, PublicKey> providerKeys(String document) throws Exception {
    Map<String, PublicKey> keys = new HashMap<>();
    // A key is an object without objects in it; a program of your own has a JSON library.
    for (MatchResult jwk : Pattern.compile("\\{[^{}]*\"kty\"\\s*:\\s*\"EC\"[^{}]*\\}").matcher(document).results().toList()) {
      String x = member(jwk.group(), "x"), y = member(jwk.group(), "y");
      String canonical = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + x + "\",\"y\":\"" + y + "\"}";
      ByteArrayOutputStream spki = new ByteArrayOutputStream();
      spki.write(Base64.getDecoder().decode(P256_SPKI));
      spki.write(Base64.getUrlDecoder().decode(x));
      spki.write(Base64.getUrlDecoder().decode(y));
      keys.put(base64url(sha256(canonical.getBytes(StandardCharsets.US_ASCII))),
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki.toByteArray())));
    }
    return keys;
  }

  static String member(String object, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([A-Za-z0-9_-]{43})\"").matcher(object);
    if (!found.find()) throw new IllegalArgumentException("WRIT_PROVIDER holds a key that is not of P-256");
    return found.group(1);
  }

  static PrivateKey readKey(String pem) throws Exception {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (java.security.spec.InvalidKeySpecException anotherKind) {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }
  }

  static SSLContext trust(String file) throws Exception {
    if (file == null || file.isEmpty()) return SSLContext.getDefault();
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = new FileInputStream(file)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  static byte[] sha256(byte[] data) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(data);
  }

  static String digestField(byte[] body) throws Exception {
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
  }

  static String base64url(byte[] data) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
  }
}
